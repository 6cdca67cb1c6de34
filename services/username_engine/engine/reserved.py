"""Local parts that are never generated: they would give a pupil a mailbox that others rely on.

Sources:

- RFC 2142 §3–§5: the mailboxes of business, network operations and Internet services;
  RFC 5321 §4.5.1: every mail domain has `postmaster`.
- CA/Browser Forum, Baseline Requirements §3.2.2.4.4: whoever reads admin@, administrator@,
  webmaster@, hostmaster@ or postmaster@ may get a certificate for the domain.
- Names by which Unix, Windows and mail systems know their own accounts (root, daemon, guest,
  krbtgt, mailer-daemon …), and those from which machines write (noreply …).
- The desks of a school, in the languages of a Belgian one: who gets mail to `directie` reads it.

Only a whole local part counts: `info` is reserved, `info2` and `jan.info` are not.
"""

from collections.abc import Collection
from typing import Final

from services.username_engine.engine.local_parts import ALLOWED, fold, is_legal_local_part

_RFC_2142: Final = """
    info marketing sales support abuse noc security
    postmaster hostmaster usenet news webmaster www uucp ftp
"""
_CERTIFICATES: Final = "admin administrator webmaster hostmaster postmaster"
_ACCOUNTS: Final = """
    root daemon bin sys system sysadmin sysop operator nobody guest krbtgt defaultaccount
    superuser superadmin globaladmin adm domainadmin mailer-daemon mailerdaemon mail email
    smtp imap pop3 dns ns noreply no-reply no.reply no_reply donotreply do-not-reply
    everyone all allusers all-users users undisclosed-recipients bounce bounces
    spam phishing virus ssl ssladmin ssladministrator tls autodiscover dmarc dmarc-reports
    service services test null void
"""
_SCHOOL: Final = """
    school contact helpdesk servicedesk ict privacy dpo gdpr legal billing finance hr
    beheer beheerder directie directeur secretariaat administratie onthaal boekhouding
    personeel personeelsdienst leerling leerlingen leerkracht leerkrachten ouders
    leerlingensecretariaat leerlingenadministratie preventie vertrouwenspersoon
    direction secretariat accueil comptabilite eleves professeurs parents
    direktion sekretariat verwaltung schueler lehrer eltern
    principal office reception staff student students teacher teachers
"""

RESERVED_NAMES: Final = frozenset(" ".join((_RFC_2142, _CERTIFICATES, _ACCOUNTS, _SCHOOL)).split())
"""Folded local parts."""


class ReservedWordError(ValueError):
    """A word that a school cannot reserve, as no username can be it; the word is not in it."""

    def __init__(self, word: str, expected: str) -> None:
        super().__init__(f"the word cannot be a username: expected {expected}")
        self.word = word
        self.expected = expected


def reserved_word(typed: str) -> str:
    """A word that a school adds, trimmed and folded. Raises `ReservedWordError`."""
    word = fold(typed.strip())
    if not word or not set(word) <= ALLOWED:
        raise ReservedWordError(typed, "letters a-z, digits and ' . - _ ! # ^ ~, without a domain")
    if not is_legal_local_part(word):
        raise ReservedWordError(typed, "no dot at an end, nor two in a row")
    return word


def is_reserved(folded: str, words: Collection[str] = frozenset()) -> bool:
    """Whether a folded local part is never generated; `words` are the school's, folded."""
    return folded in RESERVED_NAMES or folded in words
