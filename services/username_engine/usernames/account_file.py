"""Accounts of a tenant in a CSV file, as the Entra and Microsoft 365 admin centres export users.

Also as PowerShell's `Export-Csv` writes them, and as Excel saves the file again.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.username_engine.usernames.account_faults import (
    AccountFault,
    AccountFileRefusedError,
    FaultCode,
)
from services.username_engine.usernames.account_matching import (
    display_key,
    hint_words,
    name_key,
    numbered_words,
)

_REQUIRED: Final = "userprincipalname"
_NAMES: Final[Mapping[str, str]] = {
    "userprincipalname": "userprincipalname",
    "displayname": "displayname",
    "weergavenaam": "displayname",
    "givenname": "givenname",
    "firstname": "givenname",
    "voornaam": "givenname",
    "surname": "surname",
    "lastname": "surname",
    "achternaam": "surname",
    "familienaam": "surname",
    "employeeid": "employeeid",
}
"""Columns of Entra's export and of the Microsoft 365 admin centre's, as they are compared."""
_HINTS: Final = frozenset(
    [
        "department",
        "jobtitle",
        "title",
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
_DELETED: Final = ("softdeletiontimestamp", "deleteddatetime", "deletiondatetime")
# Entra puts the object id before the name of a user whom it deletes, so that the name is free.
_DELETED_NAME: Final = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_BEFORE_HEADER: Final = re.compile(r"#TYPE |\"?sep=", re.IGNORECASE)
"""What PowerShell and Excel write on a first line of their own."""
_DELIMITERS: Final = ",;\t"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class TenantAccount:
    """A row of the file; empty texts are None."""

    local_part: str
    domain: str
    display_name: str | None = None
    given_name: str | None = None
    surname: str | None = None
    employee_id: str | None = None
    name_key: str = ""
    """Of given name and surname, else of the name for showing."""
    hints: frozenset[str] = frozenset()

    @property
    def user_principal_name(self) -> str:
        """As it is compared: in lower case."""
        return f"{self.local_part}@{self.domain}".lower()


@dataclass(frozen=True, slots=True)
class AccountFile:
    """What was read; every user principal name once."""

    accounts: tuple[TenantAccount, ...]
    deleted: int = 0
    """Rows of users who were deleted: their names are free, and they are nobody's account."""


def read_accounts(content: bytes) -> AccountFile:
    """The accounts of a CSV file: with `,`, `;` or tabs, columns in any order.

    UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252, as Excel saves.
    `userPrincipalName` must be there. Raises `AccountFileRefusedError` with all faults.
    """
    text = _decoded(content)
    faults: list[AccountFault] = []
    deleted: list[int] = []
    accounts = tuple(_accounts(text, faults, deleted))
    if not accounts and not faults:
        faults.append(AccountFault(None, None, FaultCode.NO_ACCOUNTS))
    if faults:
        raise AccountFileRefusedError(faults)
    return AccountFile(accounts, len(deleted))


def _decoded(content: bytes) -> str:
    encoding = "UTF-16" if content.startswith(_UTF_16) else "UTF-8"
    try:
        text = content.decode("utf-16" if encoding == "UTF-16" else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        fault = AccountFault(line, None, FaultCode.ENCODING, {"encoding": encoding})
        refused = AccountFileRefusedError([fault])
        if encoding == "UTF-16":
            raise refused from None
        try:
            text = content.decode("windows-1252")
        except UnicodeDecodeError:
            raise refused from None
    if "\0" in text:
        # The database takes no text with one; a file full of them is UTF-16 without its mark.
        line = text.count("\n", 0, text.index("\0")) + 1
        raise AccountFileRefusedError([AccountFault(line, None, FaultCode.NUL_CHARACTER)])
    return text


def _accounts(text: str, faults: list[AccountFault], deleted: list[int]) -> Iterator[TenantAccount]:
    records = _records(text, faults)
    first = next(records, None)
    if first is None:
        return
    columns = _columns(*first, faults)
    if faults:
        return
    seen: dict[str, int] = {}
    for line, record in records:
        if len(record) != len(columns):
            widths = {"found": len(record), "expected": len(columns)}
            faults.append(AccountFault(line, None, FaultCode.WIDTH, widths))
            continue
        values = dict(zip(columns, record, strict=True))
        if any(map(values.get, _DELETED)) or _DELETED_NAME.match(values[_REQUIRED]):
            deleted.append(line)
            continue
        account = _account_of(columns, record, values)
        if account is None:
            faults.append(AccountFault(line, "userPrincipalName", FaultCode.NOT_AN_ADDRESS))
            continue
        earlier = seen.setdefault(account.user_principal_name, line)
        if earlier != line:
            repeated = AccountFault(
                line, "userPrincipalName", FaultCode.REPEATED, {"earlier": earlier}
            )
            faults.append(repeated)
        yield account


def _records(text: str, faults: list[AccountFault]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins; blank ones are skipped."""
    stream = io.StringIO(text, newline="")
    line = 1
    header = stream.readline()
    while header and (not header.strip() or _BEFORE_HEADER.match(header)):
        line += 1
        header = stream.readline()
    stream.seek(stream.tell() - len(header))
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    before = line - 1
    try:
        for record in reader:
            if any(value.strip() for value in record):
                yield line, [value.strip() for value in record]
            line = before + reader.line_num + 1
    except csv.Error as error:
        faults.append(AccountFault(line, None, FaultCode.NOT_CSV, {"why": str(error)}))


def _columns(line: int, header: list[str], faults: list[AccountFault]) -> list[str]:
    columns = [_compared(name) for name in header]
    known = [name for name in columns if name in _NAMES.values()]
    faults.extend(
        AccountFault(line, header[columns.index(name)], FaultCode.COLUMN_TWICE)
        for name in sorted({name for name in known if known.count(name) > 1})
    )
    if _REQUIRED not in columns:
        faults.append(AccountFault(line, "userPrincipalName", FaultCode.COLUMN_MISSING))
    return columns


def _compared(header: str) -> str:
    name = "".join(filter(str.isalnum, header)).lower()
    return _NAMES.get(name, name)


def _account_of(
    columns: Sequence[str], record: Sequence[str], values: Mapping[str, str]
) -> TenantAccount | None:
    local_part, _, domain = values[_REQUIRED].rpartition("@")
    if not local_part or not domain or any(map(str.isspace, values[_REQUIRED])):
        return None
    display_name = values.get("displayname") or None
    given_name, surname = values.get("givenname") or None, values.get("surname") or None
    hints = [
        value
        for column, value in zip(columns, record, strict=True)
        if value and (column in _HINTS or column.startswith(_EXTENSION))
    ]
    return TenantAccount(
        local_part=local_part,
        domain=domain.lower(),
        display_name=display_name,
        given_name=given_name,
        surname=surname,
        employee_id=values.get("employeeid") or None,
        name_key=(
            name_key(given_name, surname)
            if given_name and surname
            else display_key(display_name or "")
        ),
        hints=numbered_words(local_part, display_name or "") | hint_words(*hints),
    )
