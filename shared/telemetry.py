"""What operators see of a service: logs as JSON, metrics, health.

Never personal data: a log names persons by id at most. So the texts of exceptions are left out (a
database's own names the row that failed), and of a request the path without its query.
"""

import asyncio
import logging
import re
import sys
import traceback
from collections.abc import Callable, MutableMapping
from time import perf_counter
from typing import Any, TextIO
from uuid import uuid4

import structlog
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.database import Database, scalar

REQUEST_ID_HEADER = "X-Request-Id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_READY_SECONDS = 2.0
_UNMATCHED = "(no route)"

_requests = Counter(
    "rosterbridge_http_requests", "Requests answered", ["service", "method", "route", "status"]
)
_request_seconds = Histogram(
    "rosterbridge_http_request_seconds",
    "Time from a request to the end of its answer",
    ["service", "method", "route"],
)

_log = structlog.stdlib.get_logger(__name__)


class _CurrentStderr(logging.StreamHandler[TextIO]):
    """Writes to what `sys.stderr` is at that moment; standard output is for a command's answer."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        """The base class would keep one."""


def configure_logging(level: str = "INFO") -> None:
    """One JSON object a line on standard error, from structlog and from every library alike."""
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception_without_text,
    ]
    handler = _CurrentStderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, _first_line],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    root = logging.getLogger()
    for former in [known for known in root.handlers if isinstance(known, _CurrentStderr)]:
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # It writes whole addresses, and a query may hold a name; `RequestTelemetry` writes its own.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _exception_without_text(
    _: Any, __: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    error = error[1] if isinstance(error, tuple) else error
    if isinstance(error, BaseException):
        event["exception"] = [_described(cause) for cause in _chain(error)]
    return event


def _described(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _chain(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def _first_line(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # asyncio writes the text of an exception nobody awaited on the lines that follow.
    event["event"] = str(event.get("event", "")).partition("\n")[0]
    return event


class RequestTelemetry:
    """ASGI middleware: an id for each request, a log line, metrics, and an answer to any failure.

    `render_failure` makes the 500 in the service's own shape. It stands here and not in the
    framework's outermost layer so that this answer, too, carries the id.
    """

    def __init__(
        self, app: ASGIApp, *, service: str, render_failure: Callable[[Scope], Response]
    ) -> None:
        self._app = app
        self._service = service
        self._render_failure = render_failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = request_id
            await send(message)

        started = perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            except Exception:
                _log.exception("request.failed", method=scope["method"], path=scope["path"])
                if status:
                    # Under way already: only a broken connection keeps it from looking whole.
                    raise
                await self._render_failure(scope)(scope, receive, send_with_id)
            finally:
                self._observe(scope, status, perf_counter() - started)

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], _route(scope)
        _requests.labels(self._service, method, route, str(status)).inc()
        _request_seconds.labels(self._service, method, route).observe(seconds)
        if not scope["path"].startswith(("/health/", "/metrics")):
            _log.info(
                "request",
                method=method,
                path=scope["path"],
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )


def operations_router(database: Callable[[Request], Database]) -> APIRouter:
    """`/health/live`, `/health/ready` (200 only while the database answers) and `/metrics`."""
    router = APIRouter(tags=["operations"])

    @router.get(
        "/health/live",
        summary="The process answers",
        responses={200: _answer("The process answers.", {"status": "live"})},
    )
    async def live() -> Response:
        """Asks nothing of the database: for deciding whether to start the process anew."""
        return JSONResponse({"status": "live"})

    @router.get(
        "/health/ready",
        summary="The process and its database answer",
        responses={
            200: _answer("The database answers.", {"status": "ready", "database": True}),
            503: _answer(
                "The database does not answer.", {"status": "not ready", "database": False}
            ),
        },
    )
    async def ready(request: Request) -> Response:
        """200 only while the database answers: for deciding whether requests may come."""
        answers = await database_answers(database(request))
        return JSONResponse(
            {"status": "ready" if answers else "not ready", "database": answers},
            200 if answers else 503,
        )

    @router.get(
        "/metrics",
        summary="Figures for Prometheus",
        response_class=PlainTextResponse,
        responses={200: {"description": "The figures of the process that answers."}},
    )
    async def metrics() -> Response:
        """Requests by route and status, and the times they took, in Prometheus' text format."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def _answer(description: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"example": body}}}


async def database_answers(database: Database, seconds: float = _READY_SECONDS) -> bool:
    try:
        async with asyncio.timeout(seconds), database.transaction() as connection:
            return bool(await scalar(connection, "select true"))
    except (OSError, TimeoutError, SQLAlchemyError):
        return False


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
    return given if _REQUEST_ID.fullmatch(given) else uuid4().hex


def _route(scope: Scope) -> str:
    """The route's template: one label for all its paths, and none made up by a caller."""
    # FastAPI keeps the template with the prefixes of including routers here only; should the key
    # go, the label loses its prefix and nothing else.
    context = scope.get("fastapi", {}).get("effective_route_context")
    return str(getattr(context or scope.get("route"), "path", _UNMATCHED))
