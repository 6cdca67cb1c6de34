"""Answers in the language that a request asks for: errors' titles and details, and warnings."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute

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


def asked_language(request: Request) -> Language:
    return preferred_language(",".join(request.headers.getlist("accept-language")))


AskedLanguage = Annotated[Language, Depends(asked_language)]


class LocalisedRoute(APIRoute):
    """Says in `Content-Language` what it speaks; what it has no words for is in English.

    For `APIRouter(route_class=LocalisedRoute)`. Also renders `UsernameError`.
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
            response.headers.setdefault("Content-Language", language.value)
            response.headers.append("Vary", "Accept-Language")
            return response

        return localised


def _problem(error: ProblemError, language: Language) -> Response:
    title, detail, spoken = error.title, error.detail, Language.EN
    if isinstance(error, UsernameRefusedError):
        spoken = language
    elif error.code in _CODES:
        code = MessageCode(error.code)
        title, detail, spoken = problem_title(code, language), message(code, language), language
    return problem_response(
        error.status,
        error.code,
        title,
        detail,
        headers={**error.headers(), "Content-Language": spoken.value},
        **error.members,
    )
