"""A roster is brought up to the last committed change before a pull begins on it.

A request that finds it stale has it published and waits; when the wait is over, or the engine is
away, the last whole edition is served. Without one there is nothing to serve, never a part.
"""

import asyncio

import structlog
from prometheus_client import Counter, Histogram

from services.oneroster.publication.changes import Edition
from services.oneroster.publication.engine import EngineUnavailable
from services.oneroster.publication.publisher import NamesIncomplete, NotPublishable, Publisher

log = structlog.get_logger()

_publications = Counter(
    "rosterbridge_publications", "Attempts to publish a configuration", ["outcome"]
)
_publication_seconds = Histogram(
    "rosterbridge_publication_seconds",
    "Time to publish a configuration",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)


_waits_given_up = Counter(
    "rosterbridge_publication_waits_given_up",
    "Requests that were served the last edition because the new one took too long",
)


class Freshness:
    """Publishes what is stale, each configuration once at a time in this process."""

    def __init__(self, publisher: Publisher, wait_seconds: float) -> None:
        self._publisher = publisher
        self._wait = wait_seconds
        self._running: dict[int, asyncio.Task[Edition | None]] = {}

    async def ensure(self, configuration_id: int) -> None:
        """Returns once the roster is as new as data committed before the call, or the wait is over."""
        # A publication under way may have taken its snapshot before that data: then one more.
        for _ in range(2):
            running = self._running.get(configuration_id)
            if running is None and not await self._publisher.is_stale(configuration_id):
                return
            try:
                async with asyncio.timeout(self._wait):
                    await asyncio.shield(running or self._start(configuration_id))
            except TimeoutError:
                # The publication goes on; this request is served what there is.
                _waits_given_up.inc()
                return
            if running is None:
                return

    def _start(self, configuration_id: int) -> "asyncio.Task[Edition | None]":
        # Two callers may both have found it stale while neither was publishing yet.
        running = self._running.get(configuration_id)
        if running is None:
            running = asyncio.create_task(self._publish(configuration_id))
            self._running[configuration_id] = running
            running.add_done_callback(lambda _: self._running.pop(configuration_id, None))
        return running

    async def _publish(self, configuration_id: int) -> Edition | None:
        try:
            with _publication_seconds.time():
                published = await self._publisher.publish(configuration_id)
        except NotPublishable:
            _publications.labels("nothing_imported").inc()
        except EngineUnavailable as error:
            _publications.labels("engine_unavailable").inc()
            # A known state, not a fault of this code: no traceback.
            log.warning(
                "roster.engine_unavailable", configuration=configuration_id, reason=str(error)
            )
        except NamesIncomplete:
            _publications.labels("names_incomplete").inc()
            log.warning("roster.names_incomplete", configuration=configuration_id)
        except Exception:
            _publications.labels("failed").inc()
            log.exception("roster.publication_failed", configuration=configuration_id)
        else:
            _publications.labels("published" if published.changed else "unchanged").inc()
            return published.edition
        return None

    async def close(self) -> None:
        """Publications under way are given up; what they staged is gone with their transaction."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
