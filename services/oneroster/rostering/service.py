"""What the routes ask before they read: who asks, and which edition is read."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime

import asyncpg
from fastapi import Request

from services.oneroster.addresses import PublicOrigin, encoded_path
from services.oneroster.errors import (
    CodeMinor,
    Fault,
    ForbiddenRequest,
    InvalidRequest,
    RosterUnavailable,
    UnauthorizedRequest,
)
from services.oneroster.oauth.clients import Client
from services.oneroster.oauth.errors import Unauthorized
from services.oneroster.oauth.verify import TokenVerifier, VerifiedToken
from services.oneroster.publication.freshness import Freshness
from services.oneroster.publication.visibility import entering
from services.oneroster.rostering.progress import PullsInMemory, Source
from services.oneroster.rostering.pull_store import (
    holder_of,
    join_pull,
    newest_edition,
    open_pull,
    own_pull,
    pulls_of,
    take_turn,
)
from services.oneroster.rostering.pulls import FULL, Asked, Gone, Join, choose
from services.oneroster.rostering.reading import RosterReader
from services.oneroster.rostering.versions import Version
from shared.clock import Clock
from shared.driver_pool import DriverPool

_CLIENTS_REMEMBERED = 10_000
_CLIENT = """
    select configuration_id, client_id, default_limit, bookmarks_by_clock
    from access.client where client_id = $1 and revoked_at is null
"""


class Roster:
    """One for each worker, at `app.state.roster`."""

    def __init__(
        self,
        pool: DriverPool,
        verifier: TokenVerifier,
        freshness: Freshness,
        origin: PublicOrigin,
        now: Callable[[], datetime] = Clock.now,
    ) -> None:
        self.reader = RosterReader(pool)
        self.pulls = PullsInMemory(pool, now)
        self.freshness = freshness
        self.now = now
        self._pool = pool
        self._verifier = verifier
        self._origin = origin
        self._clients: OrderedDict[str, Client] = OrderedDict()

    async def token(self, authorization: str | None, scopes: Sequence[str]) -> VerifiedToken:
        """Raises `UnauthorizedRequest` or `ForbiddenRequest`."""
        try:
            token = await self._verifier.verify(authorization)
        except Unauthorized as error:
            raise UnauthorizedRequest(error.description, error.challenge) from None
        if token.scopes.isdisjoint(scopes):
            raise ForbiddenRequest(scopes)
        return token

    async def client(self, token: VerifiedToken) -> Client:
        """What never changes of a client. Whether it is revoked is looked at with each read."""
        client = self._clients.get(token.client_id)
        if client is None:
            async with self._pool.transaction() as connection:
                client = await _client(connection, token.client_id)
            self._clients[token.client_id] = client
            if len(self._clients) > _CLIENTS_REMEMBERED:
                self._clients.popitem(last=False)
        return client

    async def newest(self, client: Client, *, fresh: bool) -> Source:
        """For what opens no pull (P4); `fresh` brings it up to the last committed change."""
        if fresh:
            await self.freshness.ensure(client.configuration_id)
        edition = await self._newest(client)
        if edition is None and not fresh:
            return await self.newest(client, fresh=True)
        if edition is None:
            raise _nothing_published()
        return Source(edition)

    async def _newest(self, client: Client) -> int | None:
        async with self._pool.transaction(entering(client.configuration_id)) as connection:
            await _client(connection, client.client_id)
            return await newest_edition(connection, client.configuration_id)

    async def source(
        self, client: Client, token: VerifiedToken, asked: Asked, edition: int | None
    ) -> Source:
        """The pull a request for a page reads; opened at the newest edition where there is none.

        `edition`: what our own Link names.
        """
        if edition is None:
            source = await self._chosen(client, token, asked)
        else:
            source = await self._named(client, token, asked, edition)
        self.pulls.remember(source, token.token_id, asked.kind, asked.key, edition)
        return source

    def recalled(self, token: VerifiedToken, asked: Asked, edition: int | None) -> Source | None:
        """For a later page: what `source` said before, to be looked at again with the page."""
        if edition is None and asked.offset == 0:
            return None
        return self.pulls.recall(token.token_id, asked.kind, asked.key, edition)

    async def _chosen(self, client: Client, token: VerifiedToken, asked: Asked) -> Source:
        source = await self._joined(client, token, asked, opens=False)
        if source is None:
            # Only the request that opens a pull waits for a new edition (P1).
            await self.freshness.ensure(client.configuration_id)
            source = await self._joined(client, token, asked, opens=True)
        if source is None:
            raise _nothing_published()
        return source

    async def _joined(
        self, client: Client, token: VerifiedToken, asked: Asked, *, opens: bool
    ) -> Source | None:
        """None where a pull must be opened and may not, or there is no edition."""
        async with self._pool.transaction(entering(client.configuration_id)) as connection:
            await _client(connection, client.client_id)
            await take_turn(connection, client)
            now = self.now()
            known = await pulls_of(connection, client, token.token_id, asked, now)
            choice = choose(asked, [self.pulls.brought_up(client, each, asked) for each in known])
            if isinstance(choice, Gone):
                raise start_again()
            if isinstance(choice, Join):
                pull = choice.pull
                if choice.owns:
                    await own_pull(connection, client, token.token_id, asked, pull)
                pull = await join_pull(connection, client, asked, pull, now)
            else:
                edition = await newest_edition(connection, client.configuration_id)
                if edition is None or not opens:
                    return None
                pull = await open_pull(connection, client, token.token_id, asked, edition, now)
        return Source(pull.edition, pull.id, pull.bookmark)

    async def _named(
        self, client: Client, token: VerifiedToken, asked: Asked, number: int
    ) -> Source:
        """P3: the edition that our own Link names, held by a pull, or the newest still."""
        async with self._pool.transaction(entering(client.configuration_id)) as connection:
            await _client(connection, client.client_id)
            await take_turn(connection, client)
            now = self.now()
            holder = await holder_of(connection, client, number, asked, now)
            if holder is not None:
                return Source(number, holder.id, holder.bookmark)
            by_clock = client.bookmarks_by_clock and asked.kind != FULL
            if by_clock or number != await newest_edition(connection, client.configuration_id):
                raise start_again()
            if asked.offset:
                pull = await open_pull(connection, client, token.token_id, asked, number, now)
                return Source(number, pull.id, pull.bookmark)
        # Whoever begins, begins with the newest there is.
        return await self._chosen(client, token, asked)

    def origin(self, request: Request) -> str:
        return self._origin.of(request.scope)

    def base_url(self, request: Request, version: Version) -> bytes:
        return f"{self.origin(request)}{version.base_path}".encode()

    def requested_url(self, request: Request) -> str:
        """The URL as the client wrote its path, for links it may compare with its own."""
        return self.origin(request) + encoded_path(request.scope)


async def _client(connection: "asyncpg.Connection[asyncpg.Record]", client_id: str) -> Client:
    row = await connection.fetchrow(_CLIENT, client_id)
    if row is None:
        revoked = Unauthorized("The client of this access token has been revoked.")
        raise UnauthorizedRequest(revoked.description, revoked.challenge)
    return Client(*row)


def _nothing_published() -> RosterUnavailable:
    return RosterUnavailable("No whole roster has been published yet; please come back.")


def start_again() -> InvalidRequest:
    return InvalidRequest(
        Fault(
            CodeMinor.INVALID_DATA,
            "The pull that this page belongs to has ended, and its state of the roster is not held "
            "any longer; start again at offset 0, without the parameter edition.",
        )
    )
