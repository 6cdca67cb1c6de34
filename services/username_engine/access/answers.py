"""How access says no: in the asked language, and as a page where a browser shows the answer."""

from html import escape
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from services.username_engine.access.errors import (
    SIGN_IN_PATH,
    AccessError,
    SignInNotConfiguredError,
)
from services.username_engine.access.messages import access_message, access_title
from services.username_engine.access.plain_page import PAGE_HEADERS, plain_page
from services.username_engine.engine.messages import Language, preferred_language
from shared.errors import problem_response

_TITLE: Final = {
    Language.NL: "Aanmelden is niet gelukt",
    Language.EN: "You are not signed in",
    Language.FR: "La connexion a échoué",
    Language.DE: "Die Anmeldung ist nicht gelungen",
}
_AGAIN: Final = {
    Language.NL: "Opnieuw aanmelden",
    Language.EN: "Sign in again",
    Language.FR: "Se reconnecter",
    Language.DE: "Erneut anmelden",
}
_START: Final = {
    Language.NL: "Naar de startpagina",
    Language.EN: "To the start page",
    Language.FR: "Vers la page d'accueil",
    Language.DE: "Zur Startseite",
}
_WHAT_HELPS: Final = {
    Language.NL: "Lukt het daarna nog niet, vraag het dan aan wie bij je school de accounts beheert "
    "en geef deze code door:",
    Language.EN: "If it still fails then, ask whoever looks after your school's accounts, and pass "
    "on this code:",
    Language.FR: "Si cela échoue encore, adressez-vous à la personne qui gère les comptes de votre "
    "école en lui donnant ce code :",
    Language.DE: "Gelingt es auch dann nicht, fragen Sie, wer die Konten Ihrer Schule verwaltet, und "
    "nennen Sie diesen Code:",
}


async def render_access_error(request: Request, error: Exception) -> Response:
    """For `app.add_exception_handler(AccessError, …)`."""
    assert isinstance(error, AccessError)  # noqa: S101 - how it was registered
    return problem_of(request, error)


def sign_in_answer(request: Request, error: AccessError, return_to: str = "/") -> Response:
    """The same for the addresses that a browser goes to by itself: a page with a way back."""
    if "text/html" not in request.headers.get("Accept", ""):
        return problem_of(request, error)
    language = _language(request)
    return HTMLResponse(
        _page(error, language, return_to),
        error.status,
        headers={**PAGE_HEADERS, **_spoken(language)},
    )


def problem_of(request: Request, error: AccessError) -> Response:
    language = _language(request)
    return problem_response(
        error.status,
        error.code,
        access_title(language),
        access_message(type(error), language),
        headers={**error.headers(), **_spoken(language)},
        **error.members,
    )


def _language(request: Request) -> Language:
    return preferred_language(",".join(request.headers.getlist("Accept-Language")))


def _spoken(language: Language) -> dict[str, str]:
    return {"Content-Language": language.value, "Vary": "Accept, Accept-Language"}


def _page(error: AccessError, language: Language, return_to: str) -> str:
    links = [f'<a class="button" href="/">{_START[language]}</a>']
    if not isinstance(error, SignInNotConfiguredError):
        address = f"{SIGN_IN_PATH}?{urlencode({'return_to': return_to})}"
        again = f'<a class="button main" href="{escape(address)}">{_AGAIN[language]}</a>'
        links.insert(0, again)
    said = escape(access_message(type(error), language))
    return plain_page(
        language.value,
        _TITLE[language],
        f"""<h1>{escape(_TITLE[language])}</h1>
<p class="fault" role="alert">{said}</p>
<p class="row">{" ".join(links)}</p>
<p class="quiet">{escape(_WHAT_HELPS[language])} <code>{escape(error.code)}</code></p>""",
    )
