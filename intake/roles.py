"""The roles of users that we know, and what each makes of a person.

OneRoster 1.1 and 1.2's, and School Data Sync's default list of values; OneRoster's `ext:` prefix before
one of them changes nothing. Any other word is a fault: taken for staff, a misspelt pupil would
be a teacher.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.kinds import Kind

STUDENT = "student"
GUARDIANS = frozenset({"guardian", "parent", "relative"})
STAFF = frozenset(
    {
        # OneRoster 1.1 and 1.2.
        "administrator",
        "aide",
        "counselor",
        "districtadministrator",
        "principal",
        "proctor",
        "siteadministrator",
        "systemadministrator",
        "teacher",
        # School Data Sync.
        "adjunct",
        "advisor",
        "affiliate",
        "alumni",
        "assistant",
        "chair",
        "coach",
        "faculty",
        "instructor",
        "itadmin",
        "lecturer",
        "nurse",
        "occupationaltherapist",
        "officestaff",
        "other",
        "paraprofessional",
        "physicaltherapist",
        "professor",
        "researcher",
        "specialservices",
        "speechtherapist",
        "staff",
        "substitute",
        "teacherassistant",
        "visiontherapist",
    }
)
KNOWN = STAFF | GUARDIANS | {STUDENT}

EXPECTED = (
    "expected a role of OneRoster or School Data Sync, such as student, teacher, administrator, aide"
    " or guardian"
)

_PREFIX = "ext:"


@dataclass(frozen=True, slots=True)
class Role(Kind):
    """Known in any capitals, and kept as the source writes it, without a prefix.

    An unknown word stays as it stands: only an active row's must be known.
    """

    expected: str = "a role"

    def normalised(self, values: list[str]) -> list[str]:
        known = {value: _normalised(value) for value in set(values)}
        return [known[value] for value in values]

    def bad(self, values: Iterable[str]) -> set[str]:
        return {value for value in values if not value.isprintable()}


def _normalised(value: str) -> str:
    word = value[len(_PREFIX) :].strip() if value.lower().startswith(_PREFIX) else value
    return word if word.lower() in KNOWN else value


ROLE = Role()
