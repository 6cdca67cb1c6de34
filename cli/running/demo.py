"""The demo of `make run`: generated, configured, imported, named and partly released."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from cli.access.applying import ReadFile, apply_sheets
from cli.access.clients import DEFAULT_LIMIT, create_client
from cli.configuration_sheet.reading import read_sheet
from demo import Demo, Release, school_year_of, write_demo
from intake.formats import Format
from intake.importing import import_bundle
from services.username_engine.engine.usernames import Group
from services.username_engine.usernames.configurations import configuration_id_of
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.releasing import GroupAt, Persons, set_sync
from shared.clock import Clock
from shared.database import Database
from shared.tables import access, sis

Say = Callable[[str], None]

# The one `demo.json` names first: the configuration in which we send the domains.
MAIN = "demo-provider"
CONFIGURATIONS = ("demo-tenant", MAIN, "demo-oneroster")
_GROUPS = {"students": Group.STUDENT, "staff": Group.STAFF}


@dataclass(frozen=True)
class DemoClient:
    configuration: str
    client_id: str
    client_secret: str

    def document(self) -> dict[str, str]:
        return {
            "configuration": self.configuration,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }


@dataclass(frozen=True)
class DemoClients:
    """A client of each demo configuration."""

    clients: tuple[DemoClient, ...]

    @property
    def main(self) -> DemoClient:
        return next(client for client in self.clients if client.configuration == MAIN)

    def document(self, oneroster_url: str, engine_url: str) -> dict[str, Any]:
        """What `demo.json` holds (docs/running.md)."""
        return {
            "oneroster_url": oneroster_url,
            "token_url": f"{oneroster_url}/connect/token",
            "engine_url": engine_url,
            **self.main.document(),
            "clients": [client.document() for client in self.clients],
            "oneroster_docs": f"{oneroster_url}/docs",
            "engine_docs": f"{engine_url}/docs",
            "curl": self.curl(oneroster_url),
        }

    def curl(self, oneroster_url: str) -> str:
        """For a shell: a token, then the first users of the main configuration."""
        main = self.main
        read_token = "import json,sys;print(json.load(sys.stdin)['access_token'])"  # noqa: S105
        return (
            f"TOKEN=$(curl -s -u '{main.client_id}:{main.client_secret}' \\\n"
            f"  -d grant_type=client_credentials {oneroster_url}/connect/token \\\n"
            f'  | python3 -c "{read_token}")\n'
            f'curl -i -H "Authorization: Bearer $TOKEN" \\\n'
            f"  '{oneroster_url}/ims/oneroster/v1p1/users?limit=5&filter=status%3D%27active%27'"
        )


async def load_demo(
    database: Database, secret_key: str, state: Path, clock: Clock, say: Say
) -> DemoClients:
    """The demo as an earlier run left it, else made now; under the operator's role.

    A run that was interrupted while loading is gone through again: every step can be repeated.
    """
    async with database.transaction() as connection:
        known = await _known_clients(connection)
    kept = _kept_clients(state / "demo.json")
    if all(client.client_id in known for client in kept) and len(kept) == len(CONFIGURATIONS):
        return DemoClients(kept)
    say("Making the demo schools")
    with TemporaryDirectory(prefix="rosterbridge-demo-") as folder:
        today = clock.today()
        demo = write_demo(Path(folder), school_year=school_year_of(today), today=today)
        await _configure(database, demo, clock)
        say("Importing them")
        await import_bundle(database, demo.bundle, format=Format.BUNDLE, today=today)
        await import_bundle(
            database,
            demo.oneroster,
            format=Format.ONEROSTER,
            configuration=demo.oneroster_configuration,
            today=today,
        )
    say("Making their usernames")
    ids = {name: await _configuration_id(database, name) for name in CONFIGURATIONS}
    for configuration_id in ids.values():
        await create_missing(database, clock, configuration_id)
    for release in demo.releases:
        await _release(database, clock, ids[release.configuration], release)
    return DemoClients(tuple(await _new_clients(database, secret_key)))


async def _known_clients(connection: Any) -> set[str]:
    table = access.client
    rows = await connection.execute(select(table.c.client_id).where(table.c.revoked_at.is_(None)))
    return set(rows.scalars())


def _kept_clients(path: Path) -> tuple[DemoClient, ...]:
    try:
        document = json.loads(path.read_text())
        return tuple(DemoClient(**client) for client in document["clients"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


async def _configure(database: Database, demo: Demo, clock: Clock) -> None:
    sheets = [ReadFile(path.name, read_sheet(path.read_bytes())) for path in demo.configurations]
    async with database.transaction() as connection:
        await apply_sheets(connection, sheets, today=clock.today())


async def _configuration_id(database: Database, name: str) -> int:
    async with database.transaction() as connection:
        return await configuration_id_of(connection, name)


async def _release(
    database: Database, clock: Clock, configuration_id: int, release: Release
) -> None:
    selection: Persons | GroupAt
    if release.persons:
        selection = Persons(release.persons)
    else:
        group = _GROUPS[release.group or "students"]
        place = await _sourced_id(database, configuration_id, release)
        selection = GroupAt(group, location=place, school=None if place else release.school)
    await set_sync(
        database,
        clock,
        configuration_id,
        selection,
        True,
        actor="demo",
        future_students=True,
    )


async def _sourced_id(database: Database, configuration_id: int, release: Release) -> str | None:
    """Of the location that is released; None where a whole school is."""
    if release.location is None:
        return None
    table = sis.location
    async with database.transaction() as connection:
        found = await connection.execute(
            select(table.c.sourced_id).where(
                table.c.configuration_id == configuration_id,
                table.c.school_number == release.school,
                table.c.number == release.location,
            )
        )
        return str(found.scalar_one())


async def _new_clients(database: Database, secret_key: str) -> Sequence[DemoClient]:
    made = []
    async with database.transaction() as connection:
        for name in CONFIGURATIONS:
            new = await create_client(
                connection,
                name,
                SecretStr(secret_key),
                description="The demo's",
                default_limit=DEFAULT_LIMIT,
            )
            made.append(DemoClient(name, new.client_id, new.client_secret))
    return made
