"""The read routes of OneRoster 1.1: token, parameters, edition, page.

The routes take the bare request: the framework's own reading of parameters costs a third of a page
of 1,000, and reports faults one by one. What they take is described for OpenAPI all the same.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

from fastapi import APIRouter, Request, Security
from starlette.responses import Response, StreamingResponse

from services.oneroster.errors import CodeMinor, Fault, InvalidRequest, UnknownObject
from services.oneroster.oauth.routes import client_credentials
from services.oneroster.rostering.descriptions import collection_operation, single_operation
from services.oneroster.rostering.query import links, parse_query
from services.oneroster.rostering.reading import Page
from services.oneroster.rostering.resources import BASE_PATH, RESOURCES, Resource
from services.oneroster.rostering.service import Roster
from services.oneroster.rostering.sql import Selection

_JSON = "application/json"


def roster_router() -> APIRouter:
    """Each collection and its single objects, under `/ims/oneroster/v1p1`."""
    router = APIRouter(
        prefix=BASE_PATH, tags=["OneRoster 1.1"], dependencies=[Security(client_credentials)]
    )
    for resource in RESOURCES.values():
        router.add_api_route(
            f"/{resource.path}",
            _collection(resource),
            methods=["GET"],
            name=f"get {resource.path}",
            **collection_operation(resource),
        )
        router.add_api_route(
            f"/{resource.path}/{{sourced_id:path}}",
            _single(resource),
            methods=["GET"],
            name=f"get {resource.object}",
            **single_operation(resource),
        )
    return router


def _collection(resource: Resource) -> Callable[[Request], Awaitable[Response]]:
    async def collection(request: Request) -> Response:
        roster: Roster = request.app.state.roster
        client = await roster.client(request.headers.get("authorization"), resource.scopes)
        query = parse_query(request.scope["query_string"], resource, client.default_limit)
        edition = await roster.edition(client, named=query.edition, opens=query.offset == 0)
        selection = Selection(resource, client.configuration_id, edition, query.filter)
        page = await roster.reader.page(
            selection, limit=query.limit, offset=query.offset, base_url=roster.base_url(request)
        )
        await roster.note_read(client)
        headers = {
            "X-Total-Count": str(page.total),
            "Link": links(roster.requested_url(request), query, edition, page.total),
        }
        return _page_response(resource, page, headers)

    return collection


def _page_response(resource: Resource, page: Page, headers: Mapping[str, str]) -> Response:
    head = b'{"%s":[' % resource.collection.encode()
    if page.whole:
        return Response(head + page.first + b"]}", headers=headers, media_type=_JSON)
    return StreamingResponse(_streamed(head, page), headers=headers, media_type=_JSON)


async def _streamed(head: bytes, page: Page) -> AsyncGenerator[bytes]:
    yield head + page.first
    async for chunk in page.rest:
        yield chunk
    yield b"]}"


def _single(resource: Resource) -> Callable[..., Awaitable[Response]]:
    async def single(request: Request) -> Response:
        roster: Roster = request.app.state.roster
        client = await roster.client(request.headers.get("authorization"), resource.scopes)
        sourced_id = request.path_params["sourced_id"]
        if "\0" in sourced_id:
            raise InvalidRequest(Fault(CodeMinor.INVALID_DATA, "No sourcedId holds a NUL."))
        edition = await roster.edition(client, named=None, opens=False)
        selection = Selection(resource, client.configuration_id, edition)
        body = await roster.reader.single(selection, sourced_id, roster.base_url(request))
        if body is None:
            raise UnknownObject(f"There is no {resource.object} with this sourcedId.")
        return Response(b'{"%s":%s}' % (resource.object.encode(), body), media_type=_JSON)

    return single
