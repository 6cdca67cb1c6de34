"""What is refused about accounts of the tenant and about moving a name; see `errors`."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from services.username_engine.usernames.account_faults import AccountFault
from shared.errors import ProblemError

MOST_FAULTS: Final = 100
"""That an answer names; a file of something else has one on every line."""


class NoProposalError(ProblemError):
    """No account is proposed for a person, or not this one; `persons` are their ids."""

    status = HTTPStatus.NOT_FOUND
    code = "proposal.unknown"
    title = "No proposal"

    def __init__(self, persons: list[str]) -> None:
        super().__init__("Not every person has that account among the proposals.", persons=persons)


class AmbiguousProposalError(ProblemError):
    """Several accounts are proposed for a person, and none was named."""

    status = HTTPStatus.CONFLICT
    code = "proposal.ambiguous"
    title = "Several accounts"

    def __init__(self, persons: list[str]) -> None:
        super().__init__("Several accounts come into question; name one.", persons=persons)


class AccountTakenError(ProblemError):
    """The account's name is another person's here, or two persons were given one account."""

    status = HTTPStatus.CONFLICT
    code = "proposal.name_taken"
    title = "Name taken"

    def __init__(self, persons: list[str]) -> None:
        super().__init__("The account's name is another person's here.", persons=persons)


class AccountDomainError(ProblemError):
    """The account's domain is not the one that would be sent, and may not be fixed to a name."""

    status = HTTPStatus.CONFLICT
    code = "proposal.domain_not_allowed"
    title = "Domain not allowed"

    def __init__(self, persons: list[str]) -> None:
        super().__init__(
            "The account has a domain that usernames may not have here; another would be sent.",
            persons=persons,
        )


class NotApprovedError(ProblemError):
    """Sync on for many, among them who probably has an account that nobody approved.

    `persons` are their ids. School Data Sync would link the accounts, or make others beside them.
    """

    status = HTTPStatus.CONFLICT
    code = "account.not_approved"
    title = "Accounts not approved"

    def __init__(self, persons: list[str]) -> None:
        super().__init__(
            "The tenant probably has these persons' accounts, accounts that nobody approved; nothing "
            "was done. Who has looked at them says so with include_unapproved "
            "(--include-unapproved in a command).",
            persons=persons,
        )


class FaultyAccountFileError(ProblemError):
    """A file of accounts with faults; nothing of it was written. `total` counts all of them."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "accounts.faults"
    title = "Faults in the file"

    def __init__(self, faults: Sequence[AccountFault]) -> None:
        super().__init__(
            f"{len(faults)} fault(s) in the file; nothing was written.",
            faults=[fault.document for fault in faults[:MOST_FAULTS]],
            total=len(faults),
        )


class AccountFileTooLargeError(ProblemError):
    """More bytes than a file of accounts may have."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "accounts.too_large"
    title = "File too large"

    def __init__(self, most: int) -> None:
        super().__init__(f"A file of accounts has at most {most} bytes.", most=most)


class NotCsvError(ProblemError):
    """A body of another type, such as a form."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "accounts.not_csv"
    title = "Not CSV"

    def __init__(self) -> None:
        super().__init__("Send the file itself as the body, as text/csv.")


class UnknownPersonError(ProblemError):
    """The source has no such person in this configuration."""

    status = HTTPStatus.NOT_FOUND
    code = "person.unknown"
    title = "Unknown person"

    def __init__(self, person_id: str) -> None:
        super().__init__("The source has no such person here.", persons=[person_id])


class StillHereError(ProblemError):
    """The person whose name is to be moved is still in the configuration."""

    status = HTTPStatus.CONFLICT
    code = "person.still_here"
    title = "Still here"

    def __init__(self, person_id: str) -> None:
        super().__init__("The source has not replaced the person: still here.", persons=[person_id])
