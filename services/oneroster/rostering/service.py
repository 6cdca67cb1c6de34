"""What the routes ask before they read: who asks, and which edition is read."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from fastapi import Request
from sqlalchemy.dialects.postgresql import insert

from services.oneroster.addresses import PublicOrigin
from services.oneroster.errors import (
    CodeMinor,
    Fault,
    ForbiddenRequest,
    InvalidRequest,
    RosterUnavailable,
    UnauthorizedRequest,
)
from services.oneroster.oauth.clients import Client, find_client
from services.oneroster.oauth.errors import Unauthorized
from services.oneroster.oauth.verify import TokenVerifier
from services.oneroster.publication.freshness import Freshness
from services.oneroster.publication.visibility import enter
from services.oneroster.rostering.reading import RosterReader
from services.oneroster.rostering.resources import BASE_PATH
from shared.database import Database
from shared.tables import roster as tables


class Roster:
    """One for each worker, at `app.state.roster`."""

    def __init__(
        self,
        database: Database,
        verifier: TokenVerifier,
        freshness: Freshness,
        origin: PublicOrigin,
    ) -> None:
        self.reader = RosterReader(database)
        self._database = database
        self._verifier = verifier
        self.freshness = freshness
        self._origin = origin
        self._noted: set[str] = set()

    async def client(self, authorization: str | None, scopes: Sequence[str]) -> Client:
        """Who asks. The client is read anew each time, so that its revocation holds at once.

        Raises `UnauthorizedRequest` or `ForbiddenRequest`.
        """
        try:
            token = await self._verifier.verify(authorization)
        except Unauthorized as error:
            raise UnauthorizedRequest(error.description, error.challenge) from None
        if not token.scopes.intersection(scopes):
            raise ForbiddenRequest(scopes)
        async with self._database.transaction() as connection:
            client = await find_client(connection, token.client_id)
        if client is None:
            revoked = Unauthorized("The client of this access token has been revoked.")
            raise UnauthorizedRequest(revoked.description, revoked.challenge)
        return client

    async def edition(self, client: Client, *, named: int | None, opens: bool) -> int:
        """The edition to read: the one our own link names, else the newest.

        A request that begins a collection first brings the roster up to the last committed change.
        """
        configuration_id = client.configuration_id
        if named is not None:
            if not await self.reader.edition_is_readable(configuration_id, named):
                raise InvalidRequest(
                    Fault(
                        CodeMinor.INVALID_DATA,
                        f"Edition {named} of the roster is not held any longer; start again at "
                        "offset 0 without the parameter edition.",
                    )
                )
            return named
        if opens:
            await self.freshness.ensure(configuration_id)
        newest = await self.reader.newest(configuration_id)
        if newest is None and not opens:
            await self.freshness.ensure(configuration_id)
            newest = await self.reader.newest(configuration_id)
        if newest is None:
            raise RosterUnavailable("No whole roster has been published yet; please come back.")
        return newest.number

    async def note_read(self, client: Client) -> None:
        """Remembers when a client first read: default Sync is for after that (M4.3.6)."""
        if client.client_id in self._noted:
            return
        async with self._database.transaction() as connection:
            await enter(connection, client.configuration_id)
            await connection.execute(
                insert(tables.client_use)
                .values(
                    configuration_id=client.configuration_id,
                    client_id=client.client_id,
                    first_read_at=datetime.now(UTC),
                )
                .on_conflict_do_nothing()
            )
        self._noted.add(client.client_id)

    def base_url(self, request: Request) -> bytes:
        return f"{self._origin.of(request.scope)}{BASE_PATH}".encode()

    def requested_url(self, request: Request) -> str:
        """The URL as the client wrote its path, for links it may compare with its own."""
        raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
        path = raw.split(b"?")[0].decode("latin-1")
        return self._origin.of(request.scope) + quote(path, safe="/%~._-")
