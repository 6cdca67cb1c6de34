"""What is wrong with a sheet."""

from dataclasses import dataclass


class ValueMistake(ValueError):
    """A value that a key cannot have: what is wrong with it, and what was expected."""

    def __init__(self, problem: str, expected: str) -> None:
        super().__init__(f"{problem}: expected {expected}")
        self.problem = problem
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Mistake:
    """`path` is the key's, such as `schools[2].locations[1].student_domain`, counted from 1;
    empty where it is the file as a whole. `place` names the school or location it is about."""

    path: str
    problem: str
    expected: str
    place: str = ""
