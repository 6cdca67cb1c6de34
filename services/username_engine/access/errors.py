"""Why somebody is not let in, with stable codes. No text says more than the caller showed."""

from collections.abc import Mapping
from http import HTTPStatus

from shared.errors import ProblemError

SIGN_IN_PATH = "/auth/sign-in"


class AccessError(ProblemError):
    """The root of what access refuses."""


class NotSignedInError(AccessError):
    """Neither a valid session nor a token; also a session that has run out or was tampered with.

    `sign_in` is where a browser goes then, with the `return_to` it wants to come back to.
    """

    status = HTTPStatus.UNAUTHORIZED
    code = "auth.required"
    title = "Not signed in"

    def __init__(self) -> None:
        super().__init__("Sign in first, or show a token of the issuer.", sign_in=SIGN_IN_PATH)

    def headers(self) -> Mapping[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class InvalidTokenError(AccessError):
    """A bearer token that is not the issuer's, not for this service, or out of its time."""

    status = HTTPStatus.UNAUTHORIZED
    code = "auth.token_invalid"
    title = "Token not valid"

    def __init__(self) -> None:
        # One text for every fault: which check failed helps only who forges.
        super().__init__("The token is not valid here.")

    def headers(self) -> Mapping[str, str]:
        return {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class ForbiddenError(AccessError):
    """Signed in, without the right that this takes."""

    status = HTTPStatus.FORBIDDEN
    code = "auth.forbidden"
    title = "No right to this"

    def __init__(self) -> None:
        super().__init__("Your roles do not allow this.")


class MissingCsrfTokenError(AccessError):
    """A write by session cookie without the session's token in its header, or of another site."""

    status = HTTPStatus.FORBIDDEN
    code = "auth.csrf"
    title = "CSRF token missing or wrong"

    def __init__(self) -> None:
        super().__init__("Send the csrf_token of /api/v1/me in the header X-CSRF-Token.")


class SignInFailedError(AccessError):
    """The issuer's answer does not belong to a sign-in this browser began, or did not hold."""

    status = HTTPStatus.BAD_REQUEST
    code = "auth.sign_in_failed"
    title = "Sign-in failed"

    def __init__(self) -> None:
        super().__init__("The sign-in was not completed. Start it again.")


class SignInRefusedError(AccessError):
    """The issuer did not let the person in, or the person did not go on."""

    status = HTTPStatus.FORBIDDEN
    code = "auth.sign_in_refused"
    title = "Sign-in refused"

    def __init__(self) -> None:
        super().__init__("The issuer did not sign you in.")


class ReturnToError(AccessError):
    """`return_to` is not a plain path of this host."""

    status = HTTPStatus.BAD_REQUEST
    code = "auth.return_to_not_local"
    title = "Not a local path"

    def __init__(self) -> None:
        super().__init__("return_to is a path of this host, without a query: /usernames")


class TooManyPlacesError(AccessError):
    """The person's rights do not fit in a cookie."""

    status = HTTPStatus.FORBIDDEN
    code = "auth.too_many_places"
    title = "Too many schools and locations"

    def __init__(self) -> None:
        super().__init__("Your roles name more schools and locations than a session can hold.")


class SignInNotConfiguredError(AccessError):
    """No issuer is set."""

    status = HTTPStatus.NOT_FOUND
    code = "auth.not_configured"
    title = "Sign-in is not configured"

    def __init__(self) -> None:
        super().__init__("No issuer is set, so nobody can sign in here.")


class IssuerUnavailableError(AccessError):
    """The issuer does not answer, or not as OpenID Connect Discovery has it."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "auth.issuer_unavailable"
    title = "The issuer can't be reached"

    def __init__(self) -> None:
        super().__init__("The issuer of sign-ins can't be reached. Try again later.")
