"""What a token request shows for its client: HTTP Basic or parameters (RFC 6749 §2.3.1)."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.oneroster.oauth.errors import invalid_request
from services.oneroster.oauth.form import TokenForm, form_decoded

# RFC 6749 §2.3.1 has id and secret form-encoded inside Basic, and many clients send them as they
# are. No more than these two readings: a request costs the same whatever it shows.
READINGS = 2
_MAXIMUM_ID = 255
_MAXIMUM_SECRET = 1024


@dataclass(frozen=True)
class Credentials:
    client_id: str
    client_secret: str = field(repr=False)

    def possible(self) -> bool:
        """Whether any client could have these; the database is not asked for others."""
        return (
            0 < len(self.client_id) <= _MAXIMUM_ID
            and 0 < len(self.client_secret) <= _MAXIMUM_SECRET
            and (self.client_id + self.client_secret).isprintable()
        )


@dataclass(frozen=True)
class Presented:
    """`readings` is empty where nothing usable was shown; `in_body`: by parameters, not by header."""

    readings: tuple[Credentials, ...]
    in_body: bool


def presented_credentials(authorization: Sequence[str], form: TokenForm) -> Presented:
    """`authorization`: the values of all Authorization headers. Raises `TokenError`."""
    if len(authorization) > 1:
        raise invalid_request("The Authorization header is given more than once.")
    if authorization:
        readings = basic_readings(authorization[0])
        agreeing = tuple(reading for reading in readings if _agrees(reading, form))
        if readings and not agreeing:
            # RFC 6749 §2.3: one way of authenticating a request. The same credentials in both
            # places leave no doubt, and clients are seen that repeat them.
            raise invalid_request("The header and the body name different client credentials.")
        return Presented(agreeing, in_body=False)
    if form.client_id is None and form.client_secret is None:
        return Presented((), in_body=False)
    shown = Credentials(form.client_id or "", form.client_secret or "")
    return Presented((shown,) if shown.possible() else (), in_body=True)


def basic_readings(header: str) -> tuple[Credentials, ...]:
    """As sent, then form-decoded where that is something else; none where it is not Basic."""
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return ()
    try:
        shown = b64decode(token.strip(), validate=True).decode()
    except ValueError:
        return ()
    client_id, _, secret = shown.partition(":")
    readings = [Credentials(client_id, secret)]
    try:
        decoded = Credentials(form_decoded(client_id.encode()), form_decoded(secret.encode()))
    except ValueError:
        decoded = readings[0]
    if decoded != readings[0]:
        readings.append(decoded)
    return tuple(reading for reading in readings if reading.possible())


def _agrees(reading: Credentials, form: TokenForm) -> bool:
    return form.client_id in (None, reading.client_id) and form.client_secret in (
        None,
        reading.client_secret,
    )
