"""Answers in the language that a request asks for: errors' titles and details, and warnings."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from services.username_engine.access.errors import AccessError
from services.username_engine.access.messages import access_message, access_title
from services.username_engine.api.invalid_requests import InvalidRequestError
from services.username_engine.engine.account_messages import (
    AccountCode,
    account_message,
    account_title,
)
from services.username_engine.engine.messages import (
    Language,
    MessageCode,
    message,
    preferred_language,
    problem_title,
)
from services.username_engine.engine.validation import UsernameError
from services.username_engine.errors import UsernameRefusedError
from shared.errors import ProblemError, problem_response

_CODES: Final = frozenset(MessageCode)
_ACCOUNT_CODES: Final = frozenset(AccountCode)


def asked_language(request: Request) -> Language:
    return preferred_language(",".join(request.headers.getlist("accept-language")))


AskedLanguage = Annotated[Language, Depends(asked_language)]


class LocalisedRoute(APIRoute):
    """Says in `Content-Language` what it speaks; what it has no words for is in English.

    For `APIRouter(route_class=LocalisedRoute)`. Also renders `UsernameError`, and what the
    framework finds wrong with a request.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def localised(request: Request) -> Response:
            language = asked_language(request)
            try:
                response = await handle(request)
            except UsernameError as error:
                response = _problem(UsernameRefusedError(error, language), language)
            except ProblemError as error:
                response = _problem(error, language)
            except RequestValidationError as error:
                response = _problem(InvalidRequestError.of(error), language)
            except HTTPException as error:
                if error.status_code != HTTPStatus.BAD_REQUEST:
                    raise
                response = _problem(InvalidRequestError.of_unreadable_body(), language)
            response.headers.setdefault("Content-Language", language.value)
            response.headers.append("Vary", "Accept-Language")
            return response

        return localised


def _problem(error: ProblemError, language: Language) -> Response:
    title, detail, spoken = error.title, error.detail, Language.EN
    if isinstance(error, UsernameRefusedError):
        spoken = language
    elif isinstance(error, AccessError):
        detail = access_message(type(error), language)
        title, spoken = access_title(language), language
    elif error.code in _CODES:
        code = MessageCode(error.code)
        title, detail, spoken = problem_title(code, language), message(code, language), language
    elif error.code in _ACCOUNT_CODES:
        detail = account_message(AccountCode(error.code), language, **error.members)
        title, spoken = account_title(language), language
    return problem_response(
        error.status,
        error.code,
        title,
        detail,
        headers={**error.headers(), "Content-Language": spoken.value},
        **error.members,
    )
