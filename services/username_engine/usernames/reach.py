"""Whose names an editor may see and change (M4.3.2).

A person is in reach by any list in which he stands: a teacher of several schools by a writer of any
of them, somebody who is student and staff by a writer of either list.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.username_engine.access.errors import ForbiddenError
from services.username_engine.access.places import EVERYWHERE, Places
from services.username_engine.access.principal import Principal
from services.username_engine.access.rights import Group, Right
from services.username_engine.errors import NoUsernameError
from services.username_engine.usernames.groups import Shown


@dataclass(frozen=True, slots=True)
class ListedAt:
    """Places of the students' list and of the staff's."""

    students: Places
    staff: Places

    def covers(self, shown: Shown) -> bool:
        """Somebody who stands in no list is covered by everywhere alone."""
        if self.students.everywhere and self.staff.everywhere:
            return True
        return any(self.students.covers(*place) for place in shown.locations) or any(
            self.staff.covers(school) for school in shown.schools
        )


@dataclass(frozen=True, slots=True)
class Reach:
    """Where somebody may see names, and where change them."""

    readable: ListedAt
    writable: ListedAt

    @classmethod
    def of(cls, principal: Principal) -> "Reach":
        return cls(_listed(principal, Right.READ), _listed(principal, Right.WRITE))

    @property
    def is_unlimited(self) -> bool:
        return self.writable == _ALL_LISTS

    def check_readable(self, shown: Mapping[str, Shown]) -> None:
        """Raises `NoUsernameError`, as for who has none: it must not tell that there is one."""
        if hidden := sorted(person for person in shown if not self.readable.covers(shown[person])):
            raise NoUsernameError(hidden)

    def check_writable(self, shown: Mapping[str, Shown]) -> None:
        """Raises `NoUsernameError`, and `ForbiddenError` where he may only look."""
        self.check_readable(shown)
        if not all(self.writable.covers(place) for place in shown.values()):
            raise ForbiddenError


_ALL_LISTS = ListedAt(EVERYWHERE, EVERYWHERE)
UNLIMITED = Reach(_ALL_LISTS, _ALL_LISTS)
"""Of operators."""


def _listed(principal: Principal, right: Right) -> ListedAt:
    return ListedAt(principal.places(Group.STUDENTS, right), principal.places(Group.STAFF, right))
