"""The parameters of a request, read whole: every fault of them is reported at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from services.oneroster.errors import CodeMinor, Fault, InvalidRequest
from services.oneroster.rostering.filters import Filter, FilterError, parse_filter
from services.oneroster.rostering.resources import Resource

LARGEST = 2**31 - 1
# What our own links carry, so that a pull goes on reading the edition it began with.
EDITION = "edition"


@dataclass(frozen=True, slots=True)
class Query:
    limit: int
    offset: int
    filter: Filter
    edition: int | None
    pairs: tuple[tuple[str, str], ...]
    """As they came, unknown ones too: links repeat them."""
    text: str
    """The same, still encoded."""


def parse_query(query_string: bytes, resource: Resource, default_limit: int) -> Query:
    """Raises `InvalidRequest` with all faults. Unknown parameters are ignored (SDS sends one)."""
    # What is not UTF-8 can't be a value we hold.
    text = query_string.decode(errors="replace")
    pairs = tuple(parse_qsl(text, keep_blank_values=True, errors="replace"))
    faults: list[Fault] = []
    reader = _Reader(pairs, faults)
    limit = reader.whole_number("limit", minimum=1)
    offset = reader.whole_number("offset", minimum=0)
    edition = reader.whole_number(EDITION, minimum=1)
    parsed = Filter()
    given = reader.single("filter")
    if given is not None:
        try:
            parsed = parse_filter(given, resource)
        except FilterError as error:
            faults.append(Fault(CodeMinor.INVALID_FILTER_FIELD, str(error)))
    if faults:
        raise InvalidRequest(*faults)
    size = default_limit if limit is None else limit
    return Query(size, offset or 0, parsed, edition, pairs, text)


class _Reader:
    def __init__(self, pairs: Sequence[tuple[str, str]], faults: list[Fault]) -> None:
        self._pairs = pairs
        self._faults = faults

    def single(self, name: str) -> str | None:
        values = [value for key, value in self._pairs if key == name]
        if len(values) > 1:
            self._fault(f"{name} is given {len(values)} times; once is expected.")
        return values[0] if values else None

    def whole_number(self, name: str, *, minimum: int) -> int | None:
        text = self.single(name)
        if text is None:
            return None
        # No isdigit(): it takes digits of every script, and int() underscores.
        if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > LARGEST:
            self._fault(f"{name} is a whole number from {minimum} to {LARGEST}.")
            return None
        if int(text) < minimum:
            self._fault(f"{name} is at least {minimum}.")
            return None
        return int(text)

    def _fault(self, description: str) -> None:
        self._faults.append(Fault(CodeMinor.INVALID_DATA, description))


def links(url: str, query: Query, edition: int, total: int) -> str:
    """The value of the header `Link` (RFC 8288): first, prev, next and last, absolute.

    `next` only while something follows; the client's own parameters are repeated in their order.
    On the last page `last` is what was asked for, letter by letter: a Swift client stops there.
    """
    limit, offset = query.limit, query.offset
    last = (total - 1) // limit * limit if total else 0
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


def _with(url: str, query: Query, *, offset: int, edition: int) -> str:
    ours = {"limit": str(query.limit), "offset": str(offset), EDITION: str(edition)}
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
