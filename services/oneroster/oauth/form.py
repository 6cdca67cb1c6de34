"""The body of a token request, application/x-www-form-urlencoded (RFC 6749 §4.4.2, Appendix B)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from services.oneroster.oauth.errors import TokenError, invalid_request

MEDIA_TYPE = "application/x-www-form-urlencoded"
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_PARAMETERS = frozenset({"grant_type", "scope", "client_id", "client_secret"})


@dataclass(frozen=True)
class TokenForm:
    """What was sent with a value: without one it counts as omitted (RFC 6749 §3.2)."""

    grant_type: str | None = None
    scope: str | None = None
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)


def read_form(content_type: str | None, body: bytes) -> TokenForm:
    """Raises `TokenError` (invalid_request). A missing Content-Type is taken as a form's."""
    media_type = (content_type or MEDIA_TYPE).partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        raise invalid_request(f"The body must be {MEDIA_TYPE}.")
    values: dict[str, str] = {}
    for name, value in _pairs(body):
        if name not in _PARAMETERS:
            continue
        if name in values:
            raise invalid_request(f"The parameter {name} is given more than once.")
        values[name] = value
    return TokenForm(**{name: value for name, value in values.items() if value})


def form_decoded(text: bytes) -> str:
    """One name or value. Raises ValueError: a broken escape, not UTF-8, or a NUL."""
    if _BROKEN_ESCAPE.search(text):
        raise ValueError("a percent sign without two hexadecimal digits")
    decoded = unquote_to_bytes(text.replace(b"+", b" ")).decode()
    if "\0" in decoded:
        raise ValueError("a NUL character")
    return decoded


def _pairs(body: bytes) -> Iterator[tuple[str, str]]:
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        try:
            yield form_decoded(name), form_decoded(value)
        except ValueError:
            raise _malformed() from None


def _malformed() -> TokenError:
    return invalid_request(f"The body is not well-formed {MEDIA_TYPE} in UTF-8.")
