"""Who asks: the person behind a session or a token, with what he may see and change.

An endpoint takes `principal: CurrentPrincipal`, and `CurrentOperator` where a whole configuration
is at stake. Both answer 401 to who is nobody, and 403 to a write by session cookie that lacks the
session's CSRF token, so that no endpoint can forget it.
"""

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from services.username_engine.access.errors import ForbiddenError
from services.username_engine.access.places import EVERYWHERE, Places
from services.username_engine.access.rights import Group, Right

SESSION_COOKIE = "rosterbridge_session"


@dataclass(frozen=True, slots=True)
class Grant:
    """A right to one list at one place; `location` None: the whole school."""

    group: Group
    right: Right
    school: str
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person; `subject` is the issuer's own id of him, `name` for showing only."""

    subject: str
    name: str
    operator: bool = False
    """May do what touches a whole configuration, and sees every place."""
    grants: frozenset[Grant] = frozenset()

    def places(self, group: Group, at_least: Right = Right.READ) -> Places:
        """Where he has that right or a higher one to the group's list: over all his roles."""
        if self.operator:
            return EVERYWHERE
        return Places.of(
            (grant.school, grant.location)
            for grant in self.grants
            if grant.group is group and grant.right >= at_least > Right.NONE
        )


class Authenticator(Protocol):
    """What `app.state.authenticator` is."""

    async def authenticate(self, request: Request) -> Principal:
        """Raises an `AccessError`."""


# Both only describe, for /docs; the authenticator reads the request itself.
_bearer = HTTPBearer(
    scheme_name="IssuerToken",
    description="An access or ID token (JWT) of the issuer set for sign-in.",
    auto_error=False,
)
_cookie = APIKeyCookie(
    name=SESSION_COOKIE,
    scheme_name="Session",
    description="Set by /auth/sign-in. Writes also take the header X-CSRF-Token.",
    auto_error=False,
)


async def current_principal(
    request: Request,
    _: Annotated[object, Security(_bearer)],
    __: Annotated[object, Security(_cookie)],
) -> Principal:
    authenticator: Authenticator = request.app.state.authenticator
    return await authenticator.authenticate(request)


CurrentPrincipal = Annotated[Principal, Depends(current_principal)]


def require_operator(principal: CurrentPrincipal) -> Principal:
    """Raises `ForbiddenError`."""
    if not principal.operator:
        raise ForbiddenError
    return principal


CurrentOperator = Annotated[Principal, Depends(require_operator)]
"""For what touches a whole configuration; describe its 403 by `described_errors(ForbiddenError())`."""
