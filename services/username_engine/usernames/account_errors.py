"""What is refused about accounts of the tenant and about moving a name; see `errors`."""

from http import HTTPStatus

from shared.errors import ProblemError


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
