"""What a person who edits usernames reads: stable codes, and their texts in four languages.

The Dutch texts and titles are the manual's, word for word (M4.3.3; G "Foutmelding").
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    NL = "nl"
    EN = "en"
    FR = "fr"
    DE = "de"


class MessageCode(StrEnum):
    """Codes of errors, then of warnings; the same in every language."""

    EMPTY = "username.empty"
    INVALID = "username.invalid"
    TAKEN = "username.taken"
    DOMAIN_NOT_ALLOWED = "username.domain_not_allowed"
    NOT_SAVED = "username.not_saved"
    """The frame around any other, as the page reports it."""
    SYNC_NOT_SAVED = "sync.not_saved"

    DOMAIN_NOT_CONFIGURED = "username.domain_not_configured"
    EXCEEDS_MICROSOFT_LIMIT = "username.exceeds_microsoft_limit"


@dataclass(frozen=True, slots=True)
class _Texts:
    nl: str
    en: str
    fr: str
    de: str

    def in_(self, language: Language) -> str:
        return {
            Language.NL: self.nl,
            Language.EN: self.en,
            Language.FR: self.fr,
            Language.DE: self.de,
        }[language]


_MESSAGES: Final = {
    MessageCode.EMPTY: _Texts(
        nl="Gebruikersnaam mag niet leeg zijn",
        en="Username must not be empty",
        fr="Le nom d'utilisateur ne peut pas être vide",
        de="Der Benutzername darf nicht leer sein",
    ),
    MessageCode.INVALID: _Texts(
        nl="Ongeldige gebruikersnaam",
        en="Invalid username",
        fr="Nom d'utilisateur non valide",
        de="Ungültiger Benutzername",
    ),
    MessageCode.TAKEN: _Texts(
        nl="'{username}' is al in gebruik. Pas de gebruikersnaam aan.",
        en="'{username}' is already in use. Change the username.",
        fr="'{username}' est déjà utilisé. Modifiez le nom d'utilisateur.",
        de="'{username}' wird bereits verwendet. Ändern Sie den Benutzernamen.",
    ),
    MessageCode.DOMAIN_NOT_ALLOWED: _Texts(
        nl="De gebruikersnaam '{username}' mag geen domeinnaam bevatten in deze configuratie",
        en="The username '{username}' must not contain a domain name in this configuration",
        fr="Le nom d'utilisateur '{username}' ne peut pas contenir de nom de domaine "
        "dans cette configuration",
        de="Der Benutzername '{username}' darf in dieser Konfiguration keinen Domänennamen "
        "enthalten",
    ),
    MessageCode.NOT_SAVED: _Texts(
        nl="De gebruikersnaam '{username}' is niet opgeslagen: {error}",
        en="The username '{username}' was not saved: {error}",
        fr="Le nom d'utilisateur '{username}' n'a pas été enregistré : {error}",
        de="Der Benutzername '{username}' wurde nicht gespeichert: {error}",
    ),
    MessageCode.SYNC_NOT_SAVED: _Texts(
        nl="Opslaan sync mislukt",
        en="Saving sync failed",
        fr="Échec de l'enregistrement de la synchronisation",
        de="Speichern der Synchronisierung fehlgeschlagen",
    ),
    MessageCode.DOMAIN_NOT_CONFIGURED: _Texts(
        nl="Het domein van '{username}' is geen domein van deze configuratie",
        en="The domain of '{username}' is not one of this configuration",
        fr="Le domaine de '{username}' n'appartient pas à cette configuration",
        de="Die Domäne von '{username}' gehört nicht zu dieser Konfiguration",
    ),
    MessageCode.EXCEEDS_MICROSOFT_LIMIT: _Texts(
        nl="'{username}' is langer dan Microsoft 365 toelaat (64 tekens voor de @, 113 in totaal)",
        en="'{username}' is longer than Microsoft 365 allows (64 characters before the @, "
        "113 in all)",
        fr="'{username}' est plus long que ce que Microsoft 365 autorise (64 caractères avant "
        "le @, 113 au total)",
        de="'{username}' ist länger, als Microsoft 365 zulässt (64 Zeichen vor dem @, "
        "113 insgesamt)",
    ),
}

_TITLES: Final = {
    MessageCode.TAKEN: _Texts(
        nl="Gebruikersnaam fout",
        en="Username error",
        fr="Erreur de nom d'utilisateur",
        de="Fehler im Benutzernamen",
    ),
    MessageCode.DOMAIN_NOT_ALLOWED: _Texts(
        nl="Domeinnaam fout",
        en="Domain name error",
        fr="Erreur de nom de domaine",
        de="Fehler im Domänennamen",
    ),
}


def message(code: MessageCode, language: Language, username: str = "", error: str = "") -> str:
    """The text of `code`; `username` as typed, `error` the message inside NOT_SAVED's frame."""
    return _MESSAGES[code].in_(language).format(username=username, error=error)


def title(code: MessageCode, language: Language) -> str | None:
    """The title above the message, for the codes to which the manual gives one."""
    texts = _TITLES.get(code)
    return None if texts is None else texts.in_(language)
