"""The parameters of a request, read whole: every fault of them is reported at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import parse_qsl, quote

from services.oneroster.errors import CodeMinor, Fault, InvalidRequest
from services.oneroster.rostering.filters import (
    Filter,
    FilterError,
    parse_filter,
    unknown_fields,
)
from services.oneroster.rostering.operations import Operation
from services.oneroster.rostering.resources import Field, Resource
from services.oneroster.rostering.versions import Version

LARGEST = 2**31 - 1
# What our own links carry, so that a pull goes on reading the edition it began with.
EDITION = "edition"
# A longer query string is read each time: what is remembered stays small.
_REMEMBERED_LENGTH = 1024
_IDENTITIES = ("sourcedId", "username")


@dataclass(frozen=True, slots=True)
class Sort:
    """By one field; ties go by sourcedId, ascending."""

    name: str
    field: Field
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    limit: int
    offset: int
    filter: Filter
    sort: Sort | None
    fields: tuple[str, ...] | None
    """Top-level names to serve; all of them where it is None."""
    edition: int | None
    warnings: tuple[Fault, ...]
    pairs: tuple[tuple[str, str], ...]
    """As they came, unknown ones too: links repeat them."""
    text: str
    """The same, still encoded."""

    @property
    def bare(self) -> bool:
        """No parameter at all: as Microsoft's pipeline asks for a count."""
        return not self.pairs

    @property
    def delta(self) -> str | None:
        """The conditions on dateLastModified, in one spelling; None where there are none."""
        since = [
            f"{each.operator}{each.value}"
            for each in self.filter.conditions
            if each.name == "dateLastModified"
        ]
        return f"dateLastModified{f' {self.filter.logic} '.join(since)}" if since else None

    @property
    def identity(self) -> bool:
        """No more is asked for than the objects of given sourcedIds or usernames."""
        identities = [
            each.operator == "=" and each.name in _IDENTITIES for each in self.filter.conditions
        ]
        return any(identities) and (self.filter.logic == "AND" or all(identities))

    def list(self, path: str) -> str | None:
        """What of the path is read, but for since when; None for a full reading of a part of it."""
        others = [
            (each.name, each.operator, str(each.value))
            for each in self.filter.conditions
            if each.name != "dateLastModified"
            and (each.name, each.operator, each.value) != ("status", "=", "active")
        ]
        if not others:
            return path
        return f"{path} {self.filter.logic} {others}" if self.delta else None

    def key(self, path: str) -> bytes:
        """What a pull knows this list by (16 bytes), whatever the page of it and its spelling."""
        conditions = [
            (each.name, each.operator, str(each.value)) for each in self.filter.conditions
        ]
        logic = self.filter.logic if len(conditions) > 1 else ""
        sort = (self.sort.name, self.sort.descending) if self.sort else None
        listed = repr((path, conditions, logic, sort, self.fields))
        return hashlib.blake2b(listed.encode(), digest_size=16).digest()


def parse_query(query_string: bytes, operation: Operation, default_limit: int) -> Query:
    """Raises `InvalidRequest` with all faults. Unknown parameters are ignored (SDS sends one)."""
    if len(query_string) > _REMEMBERED_LENGTH:
        return _parsed(query_string, operation, default_limit)
    return _remembered(query_string, operation, default_limit)


def parse_single_query(query_string: bytes, operation: Operation) -> Query:
    """Of a single object only `fields` is asked."""
    reader = _Reader(query_string, operation.resource)
    selected = reader.fields()
    return reader.query(1, 0, Filter(), None, selected, None)


def _parsed(query_string: bytes, operation: Operation, default_limit: int) -> Query:
    reader = _Reader(query_string, operation.resource)
    limit = reader.whole_number("limit", minimum=1)
    offset = reader.whole_number("offset", minimum=0)
    edition = reader.whole_number(EDITION, minimum=1)
    asked = reader.filter()
    sort = reader.sort()
    selected = reader.fields()
    size = default_limit if limit is None else limit
    return reader.query(size, offset or 0, asked, sort, selected, edition)


_remembered = lru_cache(maxsize=2048)(_parsed)


class _Reader:
    """Reads one parameter after the other and gathers what is wrong with them.

    Some of that 1.1 only warns of: a fault like any other where there is one.
    """

    def __init__(self, query_string: bytes, resource: Resource) -> None:
        # What is not UTF-8 can't be a value we hold.
        self._text = query_string.decode(errors="replace")
        self._pairs = tuple(parse_qsl(self._text, keep_blank_values=True, errors="replace"))
        self._resource = resource
        self._faults: list[Fault] = []
        self._tolerated: list[tuple[Fault, str]] = []

    def query(
        self,
        limit: int,
        offset: int,
        asked: Filter,
        sort: Sort | None,
        selected: tuple[str, ...] | None,
        edition: int | None,
    ) -> Query:
        if self._faults:
            raise InvalidRequest(*self._faults, *(fault for fault, _ in self._tolerated))
        warnings = tuple(
            replace(fault, description=f"{fault.description} {consequence}")
            for fault, consequence in self._tolerated
        )
        return Query(
            limit, offset, asked, sort, selected, edition, warnings, self._pairs, self._text
        )

    def whole_number(self, name: str, *, minimum: int) -> int | None:
        text = self._single(name)
        if text is None:
            return None
        # No isdigit() alone: it takes digits of every script.
        if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > LARGEST:
            self._fault(f"{name} is a whole number from {minimum} to {LARGEST}.")
            return None
        if int(text) < minimum:
            self._fault(f"{name} is at least {minimum}.")
            return None
        return int(text)

    def filter(self) -> Filter:
        text = self._single("filter")
        if text is not None:
            try:
                return parse_filter(text, self._resource)
            except FilterError as error:
                for description in error.descriptions:
                    self._fault(description, CodeMinor.INVALID_FILTER_FIELD)
        return Filter()

    def sort(self) -> Sort | None:
        """`orderBy` without `sort` orders nothing, but must be one of its two words all the same."""
        name, direction = self._single("sort"), self._single("orderBy")
        if direction is not None and direction.casefold() not in ("asc", "desc"):
            self._fault("orderBy is asc or desc.")
        if name is None:
            return None
        field = self._resource.field(name)
        if field is None:
            self._unknown_sort(name)
            return None
        return Sort(name, field, (direction or "").casefold() == "desc")

    def _unknown_sort(self, name: str) -> None:
        described = unknown_fields([name], "sorted on", self._resource, self._resource.fields)
        if self._first_version:
            fault = Fault(CodeMinor.INVALID_SORT_FIELD, described)
            self._tolerated.append((fault, "They come in their default order."))
        else:
            # 1.2 has no code of its own for it.
            self._fault(described)

    def fields(self) -> tuple[str, ...] | None:
        """Separated by commas; on 1.2 an array too, as the parameter repeated."""
        if self._first_version:
            self._single("fields")
        values = self._values("fields")
        names = [name.strip() for value in values for name in value.split(",")]
        unknown = [name for name in names if name and name not in self._resource.names]
        if "" in names:
            blank = CodeMinor.INVALID_BLANK_SELECTION_FIELD
            self._fault(
                "fields holds a blank where the name of a field is expected.",
                blank if self._first_version else CodeMinor.INVALID_DATA,
            )
        if unknown:
            self._unknown_selection(unknown)
        return tuple(dict.fromkeys(names)) if names and not unknown else None

    def _unknown_selection(self, names: Sequence[str]) -> None:
        described = unknown_fields(names, "selected", self._resource, self._resource.names)
        fault = Fault(CodeMinor.INVALID_SELECTION_FIELD, described)
        if self._first_version:
            self._tolerated.append((fault, "They come with all of their fields."))
        else:
            self._faults.append(fault)

    @property
    def _first_version(self) -> bool:
        return self._resource.version is Version.V1P1

    def _values(self, name: str) -> Sequence[str]:
        return [value for key, value in self._pairs if key == name]

    def _single(self, name: str) -> str | None:
        values = self._values(name)
        if len(values) > 1:
            self._fault(f"{name} is given {len(values)} times; once is expected.")
        return values[0] if values else None

    def _fault(self, description: str, code_minor: CodeMinor = CodeMinor.INVALID_DATA) -> None:
        self._faults.append(Fault(code_minor, description))


def links(url: str, query: Query, edition: int | None, total: int) -> str:
    """The value of the header `Link` (RFC 8288): first, prev, next and last, absolute.

    They name the edition, but for what is read of the newest one whatever the page (None).

    `next` only while something follows; the client's own parameters are repeated in their order.
    On the last page `last` is what was asked for, letter by letter: a Swift client stops there.
    """
    limit, offset = query.limit, query.offset
    # The pages of a crawl lie from its own offset on.
    begun = offset % limit
    last = begun + (total - 1 - begun) // limit * limit if total > begun else 0
    targets = {"first": 0, "last": last}
    if offset + limit < total:
        targets["next"] = offset + limit
    if offset > 0:
        targets["prev"] = max(offset - limit, 0)
    addresses = {
        relation: _with(url, query, offset=target, edition=edition)
        for relation, target in targets.items()
    }
    if offset == last:
        addresses["last"] = _as_asked(url, query)
    return ", ".join(f'<{address}>; rel="{relation}"' for relation, address in addresses.items())


def _with(url: str, query: Query, *, offset: int, edition: int | None) -> str:
    ours = {"limit": str(query.limit), "offset": str(offset)}
    if edition is not None:
        ours[EDITION] = str(edition)
    kept = [(name, ours.pop(name, value)) for name, value in query.pairs]
    # No comma inside a URL: consumers split the header at commas.
    encoded = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in [*kept, *ours.items()]
    )
    return f"{url}?{encoded}"


def _as_asked(url: str, query: Query) -> str:
    # What would end an address inside the header is encoded: commas, brackets, quotes, spaces.
    text = quote(query.text, safe="%!$&'()*+-./:;=?@[]_~")
    return f"{url}?{text}" if text else url
