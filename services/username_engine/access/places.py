"""Schools and locations a person has rights to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Places:
    """Whole schools, and single locations of other schools; institution and location numbers as text.

    Numbers tell schools apart over all configurations, since a school is in one at most. The right
    to a location is none to its school: staff, who belong to schools, are seen with the school only.
    """

    schools: frozenset[str] = frozenset()
    """Seen whole: all their locations, also those that come later, and their staff."""
    locations: frozenset[tuple[str, str]] = frozenset()
    """(school number, location number) of single locations."""
    everywhere: bool = False

    @classmethod
    def of(cls, places: Iterable[tuple[str, str | None]]) -> Self:
        """Of (school number, location number); None: the whole school."""
        schools: set[str] = set()
        locations: set[tuple[str, str]] = set()
        for school, location in places:
            if location is None:
                schools.add(school)
            else:
                locations.add((school, location))
        return cls(
            frozenset(schools), frozenset(each for each in locations if each[0] not in schools)
        )

    def covers(self, school: str, location: str | None = None) -> bool:
        """Whether the location is among them; with None, whether the whole school is."""
        if self.everywhere or school in self.schools:
            return True
        return location is not None and (school, location) in self.locations

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.schools or self.locations)


EVERYWHERE = Places(everywhere=True)
"""For operators."""
NOWHERE = Places()
