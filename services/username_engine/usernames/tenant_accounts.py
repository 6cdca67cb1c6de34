"""The accounts that the tenant has: from the Entra admin centre's CSV to usernames.tenant_account.

A file replaces what was imported before; what was approved stays while its account is in the file.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.formats import parse_format
from services.username_engine.errors import NoSchoolYearError
from services.username_engine.usernames.account_matching import (
    Strength,
    hint_words,
    name_key,
)
from services.username_engine.usernames.configurations import read_configuration
from services.username_engine.usernames.counters import raise_counter, take_turn
from services.username_engine.usernames.locks import lock_creation
from services.username_engine.usernames.proposals import Matching, renew_proposals
from shared.clock import Clock
from shared.database import Database, driver_connection
from shared.presence import active_year
from shared.tables import usernames

_account = usernames.tenant_account.c

_REQUIRED: Final = "userprincipalname"
_NAMES: Final[Mapping[str, str]] = {
    "userprincipalname": "userprincipalname",
    "displayname": "displayname",
    "givenname": "givenname",
    "firstname": "givenname",
    "surname": "surname",
    "lastname": "surname",
    "employeeid": "employeeid",
}
"""Columns of Entra's export and of the Microsoft 365 admin centre's, as they are compared."""
_HINTS: Final = frozenset(
    [
        "department",
        "jobtitle",
        "officelocation",
        "office",
        "physicaldeliveryofficename",
        "class",
        "klas",
        "grade",
        "birthdate",
        "birthyear",
        "dateofbirth",
        "geboortedatum",
        "geboortejaar",
    ]
)
"""Where schools write the class or the birth year."""
_EXTENSION: Final = "extensionattribute"


@dataclass(frozen=True, slots=True)
class TenantAccount:
    """A row of the file; empty texts are None."""

    local_part: str
    domain: str
    display_name: str | None = None
    given_name: str | None = None
    surname: str | None = None
    employee_id: str | None = None
    hints: frozenset[str] = frozenset()

    @property
    def user_principal_name(self) -> str:
        """As it is compared: in lower case."""
        return f"{self.local_part}@{self.domain}".lower()


@dataclass(frozen=True, slots=True)
class AccountFault:
    """One fault of a file. `line` is that on which the record begins, from 1; None: the whole file.

    Without the value, which is personal.
    """

    line: int | None
    column: str | None
    problem: str

    def __str__(self) -> str:
        where = [
            *([f"line {self.line}"] if self.line else []),
            *([f"column {self.column}"] if self.column else []),
        ]
        return f"{', '.join(where)}: {self.problem}" if where else self.problem


class AccountFileRefusedError(ValueError):
    """A file with faults; nothing of it was written."""

    def __init__(self, faults: Sequence[AccountFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do."""

    accounts: int
    added: int
    removed: int
    links_kept: int
    links_dropped: int
    """Approved accounts that are not in the file."""
    sure: int
    """Persons with a proposal that needs no choice."""
    likely: int
    """Persons with proposals to choose from."""


def read_accounts(content: bytes) -> tuple[TenantAccount, ...]:
    """The accounts of a CSV file: UTF-8 with or without BOM, `,` or `;`, columns in any order.

    `userPrincipalName` must be there. Raises `AccountFileRefusedError` with all faults.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise AccountFileRefusedError([AccountFault(line, None, "is not UTF-8")]) from None
    faults: list[AccountFault] = []
    accounts = tuple(_accounts(text, faults))
    if not accounts and not faults:
        faults.append(AccountFault(None, None, "the file has no accounts"))
    if faults:
        raise AccountFileRefusedError(faults)
    return accounts


def _accounts(text: str, faults: list[AccountFault]) -> Iterator[TenantAccount]:
    records = _records(text, faults)
    first = next(records, None)
    if first is None:
        return
    columns = _columns(*first, faults)
    if faults:
        return
    seen: dict[str, int] = {}
    for line, record in records:
        if len(record) != len(first[1]):
            problem = f"has {len(record)} values, the header has {len(first[1])}"
            faults.append(AccountFault(line, None, problem))
            continue
        account = _account_of(columns, record)
        if account is None:
            faults.append(AccountFault(line, "userPrincipalName", "is not name@domain"))
            continue
        earlier = seen.setdefault(account.user_principal_name, line)
        if earlier != line:
            problem = f"stands on line {earlier} already"
            faults.append(AccountFault(line, "userPrincipalName", problem))
        yield account


def _records(text: str, faults: list[AccountFault]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins; blank ones are skipped."""
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for record in reader:
            if any(value.strip() for value in record):
                yield line, [value.strip() for value in record]
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(AccountFault(line, None, f"is not CSV: {error}"))


def _columns(line: int, header: list[str], faults: list[AccountFault]) -> list[str]:
    columns = [_compared(name) for name in header]
    known = [name for name in columns if name in _NAMES.values()]
    faults.extend(
        AccountFault(line, header[columns.index(name)], "is in the header twice")
        for name in sorted({name for name in known if known.count(name) > 1})
    )
    if _REQUIRED not in columns:
        faults.append(AccountFault(line, "userPrincipalName", "is missing in the header"))
    return columns


def _compared(header: str) -> str:
    name = "".join(filter(str.isalnum, header)).lower()
    return _NAMES.get(name, name)


def _account_of(columns: Sequence[str], record: Sequence[str]) -> TenantAccount | None:
    values = dict(zip(columns, record, strict=True))
    local_part, _, domain = values[_REQUIRED].rpartition("@")
    if not local_part or not domain or any(map(str.isspace, values[_REQUIRED])):
        return None
    display_name = values.get("displayname") or None
    hints = [
        value
        for column, value in zip(columns, record, strict=True)
        if column in _HINTS or column.startswith(_EXTENSION)
    ]
    return TenantAccount(
        local_part=local_part,
        domain=domain.lower(),
        display_name=display_name,
        given_name=values.get("givenname") or None,
        surname=values.get("surname") or None,
        employee_id=values.get("employeeid") or None,
        hints=hint_words(local_part, display_name or "", *hints),
    )


async def import_accounts(
    database: Database,
    clock: Clock,
    configuration_id: int,
    accounts: Sequence[TenantAccount],
    *,
    dry_run: bool = False,
) -> Imported:
    """Makes these the accounts of the configuration's tenant, and proposes whose they are.

    All of it or nothing. No name is changed. Raises `UnknownConfigurationError` and
    `NoSchoolYearError`.
    """
    async with database.transaction() as connection:
        configuration = await read_configuration(connection, configuration_id)
        await lock_creation(connection, configuration_id)
        revision = await take_turn(connection, configuration_id)
        year = await active_year(connection, configuration_id)
        if year is None:
            raise NoSchoolYearError
        before = await _links(connection, configuration_id)
        await _replace(connection, configuration_id, accounts, before, clock.now())
        matching = Matching(
            configuration,
            parse_format(configuration.username_format),
            year,
            year.reference_date(clock.today()),
        )
        proposals = await renew_proposals(connection, matching)
        # A plan for new names was made without these accounts: it does not hold any more.
        await raise_counter(connection, configuration_id, revision)
        if dry_run:
            await connection.rollback()
    after = {account.user_principal_name for account in accounts}
    linked = {name for name, person in before.items() if person}
    sure = {each.person_id for each in proposals if each.strength is Strength.SURE}
    return Imported(
        accounts=len(accounts),
        added=len(after - before.keys()),
        removed=len(before.keys() - after),
        links_kept=len(linked & after),
        links_dropped=len(linked - after),
        sure=len(sure),
        likely=len({each.person_id for each in proposals} - sure),
    )


async def _links(connection: AsyncConnection, configuration_id: int) -> dict[str, str | None]:
    """Of every account there is the person it is approved for."""
    found = await connection.execute(
        select(_account.user_principal_name, _account.person_id).where(
            _account.configuration_id == configuration_id
        )
    )
    return {name: person for name, person in found}  # noqa: C416 - rows


async def _replace(
    connection: AsyncConnection,
    configuration_id: int,
    accounts: Sequence[TenantAccount],
    links: Mapping[str, str | None],
    now: datetime,
) -> None:
    await connection.execute(
        delete(usernames.tenant_account).where(_account.configuration_id == configuration_id)
    )
    driver = await driver_connection(connection)
    await driver.copy_records_to_table(
        usernames.tenant_account.name,
        schema_name=usernames.SCHEMA,
        columns=[column.name for column in usernames.tenant_account.c if column.computed is None],
        records=[
            (
                configuration_id,
                account.user_principal_name,
                account.local_part,
                account.domain,
                account.display_name,
                account.given_name,
                account.surname,
                account.employee_id,
                _name_key(account),
                sorted(account.hints),
                now,
                links.get(account.user_principal_name),
            )
            for account in accounts
        ],
    )


def _name_key(account: TenantAccount) -> str:
    given = list(filter(None, (account.given_name, account.surname)))
    return name_key(*given) if len(given) > 1 else name_key(account.display_name or "")
