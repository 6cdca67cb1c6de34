"""Guardians as users: gathered while their children are read, staged after the last of them.

A guardian is served while a child of theirs is a student of the feed, at the orgs of these children.
Who is guardian of whom is put by in a temporary table, so that memory does not grow with their number.
"""

from collections.abc import AsyncGenerator, Collection, Iterable, Iterator
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.oneroster.publication.enumerations import guardian_role
from services.oneroster.publication.objects import Role, User
from services.oneroster.publication.people import BATCH, Person
from services.oneroster.publication.rendering import PublishedObject
from services.oneroster.publication.staging import FollowsFromAll
from services.oneroster.publication.structure import Choices
from shared.database import among, driver_connection
from shared.streaming import stream
from shared.tables import sis

_ROLES_V1P1 = ("guardian", "parent", "relative")


class Guardian(NamedTuple):
    """A row of `sis.guardian`, as far as it is served."""

    id: str
    given_name: str
    family_name: str
    role: str
    identifier: str | None
    source_username: str | None
    email: str | None
    phone: str | None
    sms: str | None


_COLUMNS = ", ".join(Guardian._fields)


async def guardians_of(
    connection: AsyncConnection, choices: Choices, children: Collection[str] | None
) -> AsyncGenerator[list[tuple[str, Guardian]]]:
    """The guardians of all children, or of those given, by child, in the order of ids."""
    pair, guardian = sis.guardianship, sis.guardian
    statement = (
        select(pair.c.person_id, *(guardian.c[name] for name in Guardian._fields))
        .join(
            guardian,
            and_(
                guardian.c.configuration_id == pair.c.configuration_id,
                guardian.c.id == pair.c.guardian_id,
            ),
        )
        .where(
            pair.c.configuration_id == choices.configuration_id,
            pair.c.removed_at.is_(None),
            guardian.c.removed_at.is_(None),
            pair.c.guardian_id != pair.c.person_id,
            among(pair.c.person_id, children),
        )
        .order_by(pair.c.person_id, guardian.c.id)
    )
    driver = await driver_connection(connection)
    async for rows in stream(driver, statement, BATCH):
        yield [(child, Guardian(*columns)) for child, *columns in rows]


class Guardians:
    """Those of one publication: all, or those in `due`."""

    def __init__(
        self, writing: AsyncConnection, choices: Choices, due: frozenset[str] | None
    ) -> None:
        self._writing = writing
        self._choices = choices
        self._due = due
        self._persons: frozenset[str] = frozenset()
        self._waiting: dict[str, User] = {}
        self.names_left_out = 0

    async def begin(self, reading: AsyncConnection) -> None:
        # Ids order by code points, as everywhere.
        await self._writing.exec_driver_sql(
            "create temporary table if not exists staged_guardians "
            '(id text collate "C" not null, username text collate "C" not null, '
            'child text collate "C" not null, org text collate "C" not null, '
            "given_name text, family_name text, role text, "
            "identifier text, source_username text, email text, phone text, sms text) "
            "on commit delete rows"
        )
        guardian, person = sis.guardian.c, sis.person.c
        both = (
            select(guardian.id)
            .join(
                sis.person,
                and_(
                    person.configuration_id == guardian.configuration_id, person.id == guardian.id
                ),
            )
            .where(
                guardian.configuration_id == self._choices.configuration_id,
                guardian.removed_at.is_(None),
                person.removed_at.is_(None),
                among(guardian.id, self._due),
            )
        )
        self._persons = frozenset((await reading.execute(both)).scalars())

    def holds_back(self, user: User) -> bool:
        """Whether the user may be a guardian too, and is staged with the guardians."""
        if user.sourced_id not in self._persons:
            return False
        self._waiting[user.sourced_id] = user
        return True

    def relations(
        self, child: Person, guardians: Iterable[Guardian]
    ) -> Iterator[tuple[str | None, ...]]:
        """Records of the temporary table: where each guardian is by this child."""
        for guardian in guardians:
            if self._due is not None and guardian.id not in self._due:
                continue
            # The engine alone gives names to persons it knows.
            known = guardian.id in self._persons
            username = "" if known else (guardian.source_username or "").casefold()
            for org in set(child.student_orgs):
                yield (guardian.id, username, child.id, org, *guardian[1:])

    async def copy(self, relations: Collection[tuple[str | None, ...]]) -> None:
        driver = await driver_connection(self._writing)
        await driver.copy_records_to_table(
            "staged_guardians",
            columns=["id", "username", "child", "org", *Guardian._fields[1:]],
            records=relations,
        )

    async def users(self) -> AsyncGenerator[list[PublishedObject]]:
        """The guardians, and who was held back; after all other users have been staged.

        Raises `FollowsFromAll` when one has the username of a guardian who is not staged.
        """
        names = {(user.username or "").casefold() for user in self._waiting.values()}
        driver = await driver_connection(self._writing)
        await driver.execute("analyze staged_guardians; analyze staged_users")
        cursor = await driver.cursor(
            _EACH_GUARDIAN,
            self._choices.configuration_id,
            None if self._due is None else list(self._due),
            list(_ROLES_V1P1),
        )
        while rows := await cursor.fetch(BATCH):
            yield [self._made(row, names).publish() for row in rows]
        yield [user.publish() for user in self._waiting.values()]
        if self._due is not None:
            await self._refuse_names_of_others(driver)

    def _made(self, row: "asyncpg.Record", names: Collection[str]) -> User:
        guardian = Guardian(*(row[name] for name in Guardian._fields))
        word = guardian_role(guardian.role)
        roles = tuple(Role(word.v1p2, org) for org in row["orgs"])
        user = self._waiting.pop(guardian.id, None)
        if user is not None:
            return user._replace(
                agents=tuple(sorted({*user.agents, *row["children"]})),
                orgs=tuple(sorted({*user.orgs, *row["orgs"]})),
                roles=(*user.roles, *roles),
            )
        if row["guardian_has_it"]:
            raise FollowsFromAll
        left_out = row["taken"] or row["username"] in names
        if row["username"]:
            self.names_left_out += left_out
        return User(
            sourced_id=guardian.id,
            username=guardian.source_username if row["username"] and not left_out else None,
            enabled=self._choices.enabled_user,
            given_name=guardian.given_name,
            family_name=guardian.family_name,
            role=word.v1p1,
            identifier=guardian.identifier or guardian.id,
            orgs=tuple(row["orgs"]),
            roles=roles,
            email=guardian.email,
            phone=guardian.phone,
            sms=guardian.sms,
            agents=tuple(row["children"]),
            # Not a person whose account we may know under another name.
            named_by_id=guardian.id not in self._persons,
        )

    async def _refuse_names_of_others(self, driver: "asyncpg.Connection[Any]") -> None:
        found = await driver.fetchval(
            "select exists (select from staged_users staged join roster.users live "
            "on live.configuration_id = $1 and live.username = staged.username "
            "and live.until_edition is null and live.active and live.username <> '' "
            "where live.role = any($3) and live.sourced_id <> all($2))",
            self._choices.configuration_id,
            list(self._due or ()),
            list(_ROLES_V1P1),
        )
        if found:
            raise FollowsFromAll


# One row a guardian. Of $1 the live users outside $2 (null: none) stand; $3 are guardians' roles.
_EACH_GUARDIAN = f"""
    with own as (
        select {_COLUMNS}, username, array_agg(distinct child) as children,
            array_agg(distinct org) as orgs
        from staged_guardians group by {_COLUMNS}, username
    )
    select own.*, own.username <> '' and (
            count(*) over (partition by own.username) > 1
            or persons.username is not null or live.username is not null
        ) as taken,
        coalesce(live.role = any($3), false) as guardian_has_it
    from own
    left join (select distinct username from staged_users where username <> '') persons
        on persons.username = own.username
    left join roster.users live
        on live.configuration_id = $1 and live.username = own.username
        and live.until_edition is null and live.active and live.username <> ''
        and live.sourced_id <> all($2)
    order by own.id
"""  # noqa: S608 - the names of our own columns
