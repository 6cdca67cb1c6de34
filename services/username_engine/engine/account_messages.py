"""What a person reads of whom something about the tenant's accounts is refused, in four languages."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.username_engine.engine.messages import OTHER_TITLE, Language, Texts


class AccountCode(StrEnum):
    """The codes of `usernames.account_errors`; one for all languages."""

    PROPOSAL_UNKNOWN = "proposal.unknown"
    PROPOSAL_AMBIGUOUS = "proposal.ambiguous"
    NAME_TAKEN = "proposal.name_taken"
    DOMAIN_NOT_ALLOWED = "proposal.domain_not_allowed"
    NOT_APPROVED = "account.not_approved"
    FAULTS = "accounts.faults"
    TOO_LARGE = "accounts.too_large"
    NOT_CSV = "accounts.not_csv"


_MESSAGES: Final[Mapping[AccountCode, Texts]] = {
    AccountCode.PROPOSAL_UNKNOWN: Texts(
        nl="Dit account is niet, of niet meer, voor elk van deze personen voorgesteld",
        en="This account is not, or no longer, proposed for each of these persons",
        fr="Ce compte n'est pas, ou plus, proposé pour chacune de ces personnes",
        de="Dieses Konto wird nicht oder nicht mehr für jede dieser Personen vorgeschlagen",
    ),
    AccountCode.PROPOSAL_AMBIGUOUS: Texts(
        nl="Er komen meerdere accounts in aanmerking. Kies er een.",
        en="Several accounts come into question. Choose one.",
        fr="Plusieurs comptes entrent en ligne de compte. Choisissez-en un.",
        de="Es kommen mehrere Konten in Frage. Wählen Sie eines aus.",
    ),
    AccountCode.NAME_TAKEN: Texts(
        nl="De naam van het account is hier de gebruikersnaam van iemand anders",
        en="The account's name is somebody else's username here",
        fr="Le nom du compte est ici le nom d'utilisateur d'une autre personne",
        de="Der Name des Kontos ist hier der Benutzername einer anderen Person",
    ),
    AccountCode.DOMAIN_NOT_ALLOWED: Texts(
        nl="Het account heeft een domein dat een gebruikersnaam hier niet mag hebben",
        en="The account has a domain that a username must not have here",
        fr="Le compte a un domaine qu'un nom d'utilisateur ne peut pas avoir ici",
        de="Das Konto hat eine Domäne, die ein Benutzername hier nicht haben darf",
    ),
    AccountCode.NOT_APPROVED: Texts(
        nl="In Microsoft 365 bestaan waarschijnlijk al accounts van deze personen, die niemand "
        "goedgekeurd heeft; er is niets opgeslagen. Keur ze goed, of bevestig dat je ze bekeken "
        "hebt.",
        en="Microsoft 365 probably has accounts of these persons already, which nobody approved; "
        "nothing was saved. Approve them, or confirm that you have looked at them.",
        fr="Microsoft 365 a probablement déjà des comptes de ces personnes, que personne n'a "
        "approuvés ; rien n'a été enregistré. Approuvez-les, ou confirmez que vous les avez "
        "examinés.",
        de="In Microsoft 365 gibt es wahrscheinlich schon Konten dieser Personen, die niemand "
        "genehmigt hat; es wurde nichts gespeichert. Genehmigen Sie sie, oder bestätigen Sie, "
        "dass Sie sie geprüft haben.",
    ),
    AccountCode.FAULTS: Texts(
        nl="Fouten in het bestand: {total}; er is niets opgeslagen",
        en="Faults in the file: {total}; nothing was saved",
        fr="Erreurs dans le fichier : {total} ; rien n'a été enregistré",
        de="Fehler in der Datei: {total}; es wurde nichts gespeichert",
    ),
    AccountCode.TOO_LARGE: Texts(
        nl="Een bestand met accounts telt hoogstens {most} bytes",
        en="A file of accounts has at most {most} bytes",
        fr="Un fichier de comptes compte au plus {most} octets",
        de="Eine Datei mit Konten hat höchstens {most} Bytes",
    ),
    AccountCode.NOT_CSV: Texts(
        nl="Stuur het bestand zelf, als text/csv",
        en="Send the file itself, as text/csv",
        fr="Envoyez le fichier lui-même, comme text/csv",
        de="Senden Sie die Datei selbst, als text/csv",
    ),
}


def account_message(code: AccountCode, language: Language, **members: object) -> str:
    """The text of `code`; `members` are those of the refusal, of which some texts have numbers."""
    return _MESSAGES[code].in_(language).format(**members)


def account_title(language: Language) -> str:
    """The manual gives these none."""
    return OTHER_TITLE.in_(language)
