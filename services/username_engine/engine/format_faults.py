"""What is wrong in a format, and what to write instead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """What to write instead of the characters from `start` to `end` (from 0, end excluded)."""

    start: int
    end: int
    replacement: str = ""

    def applied_to(self, text: str) -> str:
        return text[: self.start] + self.replacement + text[self.end :]


class FormatFault(Exception):
    """The first thing wrong in a format; `position` counts from 1, `edits` take it away."""

    def __init__(self, problem: str, position: int, expected: str, *edits: Edit) -> None:
        super().__init__(problem)
        self.problem = problem
        self.position = position
        self.expected = expected
        self.edits = edits
        """In the order of the text, none overlapping another."""
