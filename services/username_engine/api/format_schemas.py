"""What the preview of a format takes and answers."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from services.username_engine.engine.limits import (
    LARGEST_MAXIMUM_LENGTH,
    SMALLEST_MAXIMUM_LENGTH,
    LimitCode,
)
from services.username_engine.usernames.format_trial import Trial
from services.username_engine.usernames.preview_pages import Show
from services.username_engine.usernames.preview_rows import PreviewNote

MOST_RULES: Final = 32
"""More than there are, so that a misspelt one is named beside the others."""
MOST_RESERVED_WORDS: Final = 10_000
LARGEST_LIMIT: Final = 5_000


class PreviewRequest(BaseModel):
    """What to try; what is left out is as the configuration has it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "format": "{voornaam:1}{naam} | {voornaam}.{naam}",
                "maximum_length": 20,
                "rules": {"particles": "initials", "transliteration": "german"},
                "reserved_words": ["kantine"],
            }
        },
    )

    format: Annotated[
        StrictStr,
        Field(description="In the manual's spellings or the template language of docs/formats.md"),
    ]
    maximum_length: Annotated[
        StrictInt | None, Field(ge=SMALLEST_MAXIMUM_LENGTH, le=LARGEST_MAXIMUM_LENGTH)
    ] = None
    """Characters before the @."""
    rules: Annotated[
        dict[str, Any] | None,
        Field(
            max_length=MOST_RULES,
            description="Only what differs from the configuration's: `transliteration`, "
            "`particles`, `hyphens`, `apostrophes`, `spaces`, `letter_case`, `first_number`, "
            "`minimum_digits`",
        ),
    ] = None
    reserved_words: Annotated[
        list[StrictStr] | None,
        Field(
            max_length=MOST_RESERVED_WORDS,
            description="Instead of those the configuration has beside the built-in ones",
        ),
    ] = None

    def trial(self) -> Trial:
        return Trial(self.format, self.maximum_length, self.rules, self.reserved_words)


class PreviewPage(BaseModel):
    """Which rows of the preview."""

    model_config = ConfigDict(extra="forbid")

    show: Show = Field(Show.ALL, description="Only rows of this kind")
    limit: int = Field(100, ge=0, le=LARGEST_LIMIT, description="Rows at most")
    offset: int = Field(0, ge=0, le=2**31 - 1, description="Rows before the first")


class PreviewedName(BaseModel):
    """A person with the name the format would give."""

    person: str
    """The person's id in the source."""
    given_name: str
    family_name: str
    username: str
    """With a domain only where one is fixed to it at creation."""
    current_username: str | None
    """As stored; null for whoever has none yet."""
    notes: list[str]
    """`clash`, `number`, `candidate`, `reserved`, `cut`, `transliterated`, and the flags that the
    name would have."""


class PreviewSummary(BaseModel):
    """Numbers of persons over the whole configuration, whatever is shown."""

    persons: int
    unchanged: int
    changed: int
    without_username: int
    notes: dict[PreviewNote, int]
    """Of each code, also where it is 0."""
    flags: dict[str, int]
    """Of each flag that some name has."""


class LimitWarningDocument(BaseModel):
    """A limit of Microsoft's that names by this format can exceed."""

    code: LimitCode
    detail: str
    length: int
    limit: int
    domain: str | None


class PreviewAnswer(BaseModel):
    """The preview: a part of the rows, and what all of it comes to."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "format": "{voornaam:1}{familienaam} | {voornaam}.{familienaam}",
                "items": [
                    {
                        "person": "2485f0b2-07dd-4731-893b-f09b677e9591",
                        "given_name": "José",
                        "family_name": "Lassens",
                        "username": "jose.lassens",
                        "current_username": "jose.lassens",
                        "notes": ["clash", "candidate", "transliterated"],
                    }
                ],
                "total": 1,
                "summary": {
                    "persons": 240,
                    "unchanged": 1,
                    "changed": 236,
                    "without_username": 3,
                    "notes": {
                        "clash": 1,
                        "number": 0,
                        "candidate": 1,
                        "reserved": 0,
                        "cut": 0,
                        "transliterated": 1,
                    },
                    "flags": {},
                },
                "warnings": [],
            }
        }
    )

    format: str
    """In its canonical spelling."""
    items: list[PreviewedName]
    total: int
    """Rows of the kind asked for."""
    summary: PreviewSummary
    warnings: list[LimitWarningDocument]
