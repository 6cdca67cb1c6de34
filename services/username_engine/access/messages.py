"""What a person reads who is not let in, in four languages."""

from collections.abc import Mapping
from typing import Final

from services.username_engine.access.errors import (
    AccessError,
    ForbiddenError,
    InvalidTokenError,
    IssuerUnavailableError,
    MissingCsrfTokenError,
    NotSignedInError,
    ReturnToError,
    SignInFailedError,
    SignInNotConfiguredError,
    SignInRefusedError,
    TooManyPlacesError,
)
from services.username_engine.engine.messages import OTHER_TITLE, Language, Texts

_MESSAGES: Final[Mapping[type[AccessError], Texts]] = {
    ForbiddenError: Texts(
        nl="Je rechten laten dit niet toe",
        en="Your rights do not allow this",
        fr="Vos droits ne le permettent pas",
        de="Ihre Rechte erlauben das nicht",
    ),
    NotSignedInError: Texts(
        nl="Meld je aan om verder te gaan",
        en="Sign in to go on",
        fr="Connectez-vous pour continuer",
        de="Melden Sie sich an, um fortzufahren",
    ),
    InvalidTokenError: Texts(
        nl="Het token is hier niet geldig",
        en="The token is not valid here",
        fr="Le jeton n'est pas valable ici",
        de="Das Token ist hier nicht gültig",
    ),
    MissingCsrfTokenError: Texts(
        nl="De pagina is verouderd of de vraag kwam van elders: laad de pagina opnieuw (X-CSRF-Token)",
        en="The page is out of date or the request came from elsewhere: reload the page (X-CSRF-Token)",
        fr="La page est périmée ou la demande vient d'ailleurs : rechargez la page (X-CSRF-Token)",
        de="Die Seite ist veraltet oder die Anfrage kam von anderswo: Laden Sie sie neu (X-CSRF-Token)",
    ),
    SignInFailedError: Texts(
        nl="Het aanmelden is niet voltooid. Begin opnieuw.",
        en="The sign-in was not completed. Start it again.",
        fr="La connexion n'a pas abouti. Recommencez.",
        de="Die Anmeldung wurde nicht abgeschlossen. Beginnen Sie erneut.",
    ),
    SignInRefusedError: Texts(
        nl="De aanmelddienst heeft je niet aangemeld",
        en="The issuer did not sign you in",
        fr="Le service de connexion ne vous a pas connecté",
        de="Der Anmeldedienst hat Sie nicht angemeldet",
    ),
    ReturnToError: Texts(
        nl="return_to is een pad van deze host, zonder query: /usernames",
        en="return_to is a path of this host, without a query: /usernames",
        fr="return_to est un chemin de cet hôte, sans requête : /usernames",
        de="return_to ist ein Pfad dieses Hosts, ohne Query: /usernames",
    ),
    TooManyPlacesError: Texts(
        nl="Je rollen omvatten meer scholen en vestigingen dan een sessie kan bevatten",
        en="Your roles name more schools and locations than a session can hold",
        fr="Vos rôles couvrent plus d'écoles et d'implantations qu'une session n'en contient",
        de="Ihre Rollen umfassen mehr Schulen und Standorte, als eine Sitzung fassen kann",
    ),
    SignInNotConfiguredError: Texts(
        nl="Aanmelden is hier niet ingesteld",
        en="Sign-in is not set up here",
        fr="La connexion n'est pas configurée ici",
        de="Die Anmeldung ist hier nicht eingerichtet",
    ),
    IssuerUnavailableError: Texts(
        nl="De aanmelddienst is niet bereikbaar. Probeer het straks opnieuw.",
        en="The issuer of sign-ins can't be reached. Try again later.",
        fr="Le service de connexion est injoignable. Réessayez plus tard.",
        de="Der Anmeldedienst ist nicht erreichbar. Versuchen Sie es später erneut.",
    ),
}


def access_message(error: type[AccessError], language: Language) -> str:
    """The text for a kind of refusal."""
    return _MESSAGES[error].in_(language)


def access_title(language: Language) -> str:
    """The manual gives these none."""
    return OTHER_TITLE.in_(language)
