"""What a person who edits usernames reads: stable codes, and their texts in four languages.

What sign-in and rights refuse says `access.messages`, in the same way.

The Dutch texts and titles of the manual's errors are the manual's, word for word (M4.3.3;
G "Foutmelding").
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """The first is spoken where none of them is asked for."""

    NL = "nl"
    EN = "en"
    FR = "fr"
    DE = "de"


class MessageCode(StrEnum):
    """Codes of the manual's errors, of warnings and of other refusals; one for all languages."""

    EMPTY = "username.empty"
    INVALID = "username.invalid"
    TAKEN = "username.taken"
    DOMAIN_NOT_ALLOWED = "username.domain_not_allowed"
    NOT_SAVED = "username.not_saved"
    """The frame around any other, as the page reports it."""
    SYNC_NOT_SAVED = "sync.not_saved"

    DOMAIN_NOT_CONFIGURED = "username.domain_not_configured"
    EXCEEDS_MICROSOFT_LIMIT = "username.exceeds_microsoft_limit"
    FOLDED_TWIN = "username.folded_twin"
    """Another's name differs from it in punctuation alone: `o.neil`, `oneil`."""
    FORMER_OF_ANOTHER = "username.former_of_another"
    RESERVED = "username.reserved"
    """It is one that is never generated: a role mailbox, an administrative name, a school's word."""
    ACCOUNT_EXISTS = "username.account_exists"
    """The tenant has an account of that name, which nobody approved as this person's."""

    UNKNOWN = "username.unknown"
    NOT_YET_EDITABLE = "username.not_yet_editable"
    VERSION_CONFLICT = "version.conflict"
    BUSY = "username.busy"
    SELECTION_CHANGED = "selection.changed"
    EVENT_UNKNOWN = "history.unknown"
    NOT_UNDOABLE = "history.not_undoable"
    PLACE_UNKNOWN = "place.unknown"
    CONFIGURATION_UNKNOWN = "configuration.unknown"
    NO_SCHOOL_YEAR = "configuration.no_school_year"
    REQUEST_INVALID = "request.invalid"


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in every language."""

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
    MessageCode.EMPTY: Texts(
        nl="Gebruikersnaam mag niet leeg zijn",
        en="Username must not be empty",
        fr="Le nom d'utilisateur ne peut pas être vide",
        de="Der Benutzername darf nicht leer sein",
    ),
    MessageCode.INVALID: Texts(
        nl="Ongeldige gebruikersnaam",
        en="Invalid username",
        fr="Nom d'utilisateur non valide",
        de="Ungültiger Benutzername",
    ),
    MessageCode.TAKEN: Texts(
        nl="'{username}' is al in gebruik. Pas de gebruikersnaam aan.",
        en="'{username}' is already in use. Change the username.",
        fr="'{username}' est déjà utilisé. Modifiez le nom d'utilisateur.",
        de="'{username}' wird bereits verwendet. Ändern Sie den Benutzernamen.",
    ),
    MessageCode.DOMAIN_NOT_ALLOWED: Texts(
        nl="De gebruikersnaam '{username}' mag geen domeinnaam bevatten in deze configuratie",
        en="The username '{username}' must not contain a domain name in this configuration",
        fr="Le nom d'utilisateur '{username}' ne peut pas contenir de nom de domaine "
        "dans cette configuration",
        de="Der Benutzername '{username}' darf in dieser Konfiguration keinen Domänennamen "
        "enthalten",
    ),
    MessageCode.NOT_SAVED: Texts(
        nl="De gebruikersnaam '{username}' is niet opgeslagen: {error}",
        en="The username '{username}' was not saved: {error}",
        fr="Le nom d'utilisateur '{username}' n'a pas été enregistré : {error}",
        de="Der Benutzername '{username}' wurde nicht gespeichert: {error}",
    ),
    MessageCode.SYNC_NOT_SAVED: Texts(
        nl="Opslaan sync mislukt",
        en="Saving sync failed",
        fr="Échec de l'enregistrement de la synchronisation",
        de="Speichern der Synchronisierung fehlgeschlagen",
    ),
    MessageCode.DOMAIN_NOT_CONFIGURED: Texts(
        nl="Het domein van '{username}' is geen domein van deze configuratie",
        en="The domain of '{username}' is not one of this configuration",
        fr="Le domaine de '{username}' n'appartient pas à cette configuration",
        de="Die Domäne von '{username}' gehört nicht zu dieser Konfiguration",
    ),
    MessageCode.EXCEEDS_MICROSOFT_LIMIT: Texts(
        nl="'{username}' is langer dan Microsoft 365 toelaat (64 tekens voor de @, 113 in totaal)",
        en="'{username}' is longer than Microsoft 365 allows (64 characters before the @, "
        "113 in all)",
        fr="'{username}' est plus long que ce que Microsoft 365 autorise (64 caractères avant "
        "le @, 113 au total)",
        de="'{username}' ist länger, als Microsoft 365 zulässt (64 Zeichen vor dem @, "
        "113 insgesamt)",
    ),
    MessageCode.FOLDED_TWIN: Texts(
        nl="'{username}' verschilt alleen in leestekens van de gebruikersnaam van iemand anders",
        en="'{username}' differs only in punctuation from somebody else's username",
        fr="'{username}' ne diffère du nom d'utilisateur d'une autre personne que par la "
        "ponctuation",
        de="'{username}' unterscheidet sich nur in Satzzeichen vom Benutzernamen einer anderen "
        "Person",
    ),
    MessageCode.FORMER_OF_ANOTHER: Texts(
        nl="'{username}' was vroeger de gebruikersnaam van iemand anders; in Microsoft 365 kan het "
        "nog een alias zijn",
        en="'{username}' used to be somebody else's username; it may still be an alias in "
        "Microsoft 365",
        fr="'{username}' était le nom d'utilisateur d'une autre personne ; il peut encore être un "
        "alias dans Microsoft 365",
        de="'{username}' war früher der Benutzername einer anderen Person; in Microsoft 365 kann "
        "er noch ein Alias sein",
    ),
    MessageCode.RESERVED: Texts(
        nl="'{username}' is een gereserveerde naam, die nooit automatisch wordt toegekend",
        en="'{username}' is a reserved name, which is never given automatically",
        fr="'{username}' est un nom réservé, qui n'est jamais attribué automatiquement",
        de="'{username}' ist ein reservierter Name, der nie automatisch vergeben wird",
    ),
    MessageCode.ACCOUNT_EXISTS: Texts(
        nl="In Microsoft 365 bestaat voor '{username}' al een account dat niemand goedgekeurd "
        "heeft: de sync koppelt het, of maakt er een tweede bij als het anders heet",
        en="Microsoft 365 already has an account for '{username}' that nobody approved: the sync "
        "links it or, where it is called otherwise, makes a second one",
        fr="Microsoft 365 a déjà pour '{username}' un compte que personne n'a approuvé : la "
        "synchronisation le lie ou, s'il s'appelle autrement, en crée un second",
        de="In Microsoft 365 gibt es für '{username}' schon ein Konto, das niemand genehmigt hat: "
        "die Synchronisierung verknüpft es oder legt, wenn es anders heißt, ein zweites an",
    ),
    MessageCode.UNKNOWN: Texts(
        nl="Hier is geen gebruikersnaam van deze persoon die je kunt zien",
        en="There is no username of this person here that you can see",
        fr="Aucun nom d'utilisateur de cette personne n'est visible pour vous ici",
        de="Für diese Person gibt es hier keinen Benutzernamen, den Sie sehen können",
    ),
    MessageCode.NOT_YET_EDITABLE: Texts(
        nl="Deze leerling is nog niet gestart: wijzigen kan vanaf de startdatum van de inschrijving",
        en="This student has not started yet: changes are possible from the enrolment's first day",
        fr="L'inscription de cet élève n'a pas encore débuté : les modifications sont possibles à "
        "partir de son premier jour",
        de="Die Einschreibung hat noch nicht begonnen: Änderungen sind ab ihrem ersten Tag möglich",
    ),
    MessageCode.VERSION_CONFLICT: Texts(
        nl="Iemand anders heeft dit intussen gewijzigd. Bekijk de huidige waarde en probeer het "
        "opnieuw.",
        en="Somebody else changed this meanwhile. Look at the present value and try again.",
        fr="Quelqu'un d'autre a modifié ceci entre-temps. Vérifiez la valeur actuelle et "
        "réessayez.",
        de="Jemand anders hat dies inzwischen geändert. Prüfen Sie den jetzigen Wert und "
        "versuchen Sie es erneut.",
    ),
    MessageCode.BUSY: Texts(
        nl="De wijziging kon net niet bewaard worden. Probeer het opnieuw.",
        en="The change could not be saved just now. Try again.",
        fr="La modification n'a pas pu être enregistrée à l'instant. Réessayez.",
        de="Die Änderung konnte gerade nicht gespeichert werden. Versuchen Sie es erneut.",
    ),
    MessageCode.SELECTION_CHANGED: Texts(
        nl="De lijst is intussen gewijzigd; er is niets opgeslagen. Bekijk ze opnieuw.",
        en="The list has changed meanwhile; nothing was saved. Look at it again.",
        fr="La liste a changé entre-temps ; rien n'a été enregistré. Consultez-la à nouveau.",
        de="Die Liste hat sich inzwischen geändert; es wurde nichts gespeichert. Sehen Sie sie "
        "sich erneut an.",
    ),
    MessageCode.EVENT_UNKNOWN: Texts(
        nl="Deze wijziging staat niet in de geschiedenis van deze persoon",
        en="This change is not in this person's history",
        fr="Cette modification ne figure pas dans l'historique de cette personne",
        de="Diese Änderung steht nicht im Verlauf dieser Person",
    ),
    MessageCode.NOT_UNDOABLE: Texts(
        nl="Deze wijziging kan niet ongedaan gemaakt worden",
        en="This change cannot be undone",
        fr="Cette modification ne peut pas être annulée",
        de="Diese Änderung kann nicht rückgängig gemacht werden",
    ),
    MessageCode.PLACE_UNKNOWN: Texts(
        nl="Deze school of vestiging hoort niet bij deze configuratie",
        en="This school or location is not one of this configuration",
        fr="Cette école ou implantation n'appartient pas à cette configuration",
        de="Diese Schule oder dieser Standort gehört nicht zu dieser Konfiguration",
    ),
    MessageCode.CONFIGURATION_UNKNOWN: Texts(
        nl="Deze configuratie bestaat niet",
        en="There is no such configuration",
        fr="Cette configuration n'existe pas",
        de="Diese Konfiguration gibt es nicht",
    ),
    MessageCode.NO_SCHOOL_YEAR: Texts(
        nl="De gegevens van het actieve schooljaar zijn nog niet ontvangen",
        en="No data of the active school year has arrived yet",
        fr="Les données de l'année scolaire active n'ont pas encore été reçues",
        de="Die Daten des aktiven Schuljahres sind noch nicht eingetroffen",
    ),
    MessageCode.REQUEST_INVALID: Texts(
        nl="Deze aanvraag is niet geldig",
        en="This request is not valid",
        fr="Cette requête n'est pas valide",
        de="Diese Anfrage ist nicht gültig",
    ),
}

_TITLES: Final = {
    MessageCode.TAKEN: Texts(
        nl="Gebruikersnaam fout",
        en="Username error",
        fr="Erreur de nom d'utilisateur",
        de="Fehler im Benutzernamen",
    ),
    MessageCode.DOMAIN_NOT_ALLOWED: Texts(
        nl="Domeinnaam fout",
        en="Domain name error",
        fr="Erreur de nom de domaine",
        de="Fehler im Domänennamen",
    ),
}


OTHER_TITLE: Final = Texts(nl="Niet gelukt", en="Not done", fr="Échec", de="Nicht gelungen")
"""Of a refusal to which the manual gives none."""

_LANGUAGES: Final = frozenset(Language)
_QUALITY: Final = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)


def message(code: MessageCode, language: Language, username: str = "", error: str = "") -> str:
    """The text of `code`; `username` as typed, `error` the message inside NOT_SAVED's frame."""
    return _MESSAGES[code].in_(language).format(username=username, error=error)


def title(code: MessageCode, language: Language) -> str | None:
    """The title above the message, for the codes to which the manual gives one."""
    texts = _TITLES.get(code)
    return None if texts is None else texts.in_(language)


def problem_title(code: MessageCode, language: Language) -> str:
    """The same, and for other codes a general one: a problem document must have a title."""
    return title(code, language) or OTHER_TITLE.in_(language)


def preferred_language(accept_language: str | None) -> Language:
    """The language that a request asks for (RFC 9110 §12.5.4, by RFC 4647 lookup): of the four the
    one with the greatest weight, of several the first; `nl-BE` is `nl`. Dutch where none is."""
    best, weight = Language.NL, 0.0
    for given in (accept_language or "").split(","):
        language_range, _, parameter = given.partition(";")
        primary = language_range.strip().lower().partition("-")[0]
        asked = _weight(parameter)
        if asked > weight and (primary == "*" or primary in _LANGUAGES):
            best, weight = (Language.NL if primary == "*" else Language(primary)), asked
    return best


def _weight(parameter: str) -> float:
    """Of what stands after the semicolon; 1 where nothing does, 0 where it is no weight."""
    if not parameter.strip():
        return 1.0
    found = _QUALITY.fullmatch(parameter)
    return float(found[1]) if found else 0.0
