"""The username engine, over internal HTTP: it makes names and says what each is sent as."""

from collections.abc import AsyncGenerator, Collection
from datetime import date
from types import TracebackType
from typing import Any, Self

import httpx
import orjson
import stamina
from pydantic import SecretStr

from shared.security import ServiceTokenAuth


class EngineUnavailable(Exception):
    """The engine did not answer, or not whole. The last edition goes on being served."""


# Creation of a whole school group's names takes its time; a connection that is refused does not.
_TIMEOUT = httpx.Timeout(300, connect=2)
_ATTEMPTS = 3


class Engine:
    """Keep-alive connections to the engine; retries what never reached it."""

    def __init__(
        self,
        base_url: str,
        token: SecretStr,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url,
            auth=ServiceTokenAuth(token),
            timeout=_TIMEOUT,
            transport=transport,
            # A proxy of the environment's is for the outside; it must not get the service token.
            trust_env=False,
        )

    async def create_missing(self, configuration_id: int, reference_date: date) -> None:
        """Returns when every person who should have a name has one."""
        url = f"/internal/v1/configurations/{configuration_id}/usernames/create"
        await self._post(url, {"reference_date": reference_date.isoformat()})

    @stamina.retry(on=httpx.TransportError, attempts=_ATTEMPTS, wait_initial=0.1, wait_max=1)
    async def _send(self, url: str, body: dict[str, Any]) -> httpx.Response:
        return await self._client.post(url, json=body)

    async def _post(self, url: str, body: dict[str, Any]) -> httpx.Response:
        try:
            response = await self._send(url, body)
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise EngineUnavailable(_described(error)) from error
        return response

    async def resolve(
        self,
        configuration_id: int,
        reference_date: date,
        snapshot: str,
        persons: Collection[str] | None,
    ) -> AsyncGenerator[list[tuple[str, str]]]:
        """Pairs of person id and username as sent, in the order of the ids, in batches.

        Raises `EngineUnavailable` when the answer ends before its own count.
        """
        url = f"/internal/v1/configurations/{configuration_id}/usernames/resolve"
        body = {
            "reference_date": reference_date.isoformat(),
            "snapshot": snapshot,
            "persons": None if persons is None else sorted(persons),
        }
        seen, announced = 0, None
        try:
            async with self._client.stream("POST", url, json=body) as response:
                response.raise_for_status()
                async for line in response.aiter_lines():
                    part = orjson.loads(line)
                    if isinstance(part, dict):
                        announced = part["count"]
                    else:
                        seen += len(part)
                        yield [(person, username) for person, username in part]
        except (httpx.HTTPError, orjson.JSONDecodeError) as error:
            raise EngineUnavailable(_described(error)) from error
        if announced != seen:
            raise EngineUnavailable(f"its answer ended after {seen} names")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()


def _described(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"it answered {error.response.status_code}"
    return type(error).__name__
