"""What `fields` leaves of an object (OneRoster 1.1 §3.4.4)."""

from collections.abc import Iterable, Sequence

import orjson

from services.oneroster.publication.objects import BASE_URL_MARKER

# With its key: quotes inside a text are escaped, so that no text can look like it.
_HREF = b'"href":"'
_MARKER, _ESCAPED_MARKER = _HREF + BASE_URL_MARKER, _HREF + rb"\u0000"


def project(objects: Iterable[bytes], fields: Sequence[str]) -> bytes:
    """The objects with the top-level `fields` alone, in the objects' own order, joined by commas.

    A field that an object lacks stays absent. The marker of the base URL may still be in them, and
    then is so in the answer.
    """
    chosen = frozenset(fields)
    return b",".join([_projected(body, chosen) for body in objects])


def _projected(body: bytes, chosen: frozenset[str]) -> bytes:
    # JSON holds no raw NUL.
    whole = orjson.loads(body.replace(_MARKER, _ESCAPED_MARKER))
    left = {name: value for name, value in whole.items() if name in chosen}
    return orjson.dumps(left).replace(_ESCAPED_MARKER, _MARKER)
