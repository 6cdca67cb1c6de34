"""Which accounts cannot be approved together, as a name would be two persons'."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.local_parts import fold
from services.username_engine.usernames.proposed_accounts import ProposedAccount
from shared.database import among
from shared.tables import usernames

_name = usernames.username.c


async def persons_whose_name_is_taken(
    connection: AsyncConnection, configuration_id: int, proposals: Collection[ProposedAccount]
) -> set[str]:
    """The persons whose account's name is, and stays, another person's here."""
    wanted: dict[str, list[str]] = {}
    for each in proposals:
        wanted.setdefault(fold(each.local_part), []).append(each.person_id)
    holders = await connection.execute(
        select(_name.folded, _name.person_id).where(
            _name.configuration_id == configuration_id, among(_name.folded, list(wanted))
        )
    )
    # Who of these gets another name in the same step gives his own up.
    moving = {each.person_id for each in proposals}
    taken = {person for persons in wanted.values() if len(persons) > 1 for person in persons}
    for folded, holder in holders:
        if holder not in moving:
            taken.update(wanted[folded])
    return _with_who_depends(proposals, taken)


def _with_who_depends(proposals: Collection[ProposedAccount], taken: set[str]) -> set[str]:
    """`taken` and those whose account's name is kept by one of them, and so on."""
    keeper = {fold(each.username): each.person_id for each in proposals if each.username}
    claimed = {keeper.get(fold(each.local_part)): each.person_id for each in proposals}
    found, open_ = set(taken), list(taken)
    while open_:
        dependent = claimed.get(open_.pop())
        if dependent is not None and dependent not in found:
            found.add(dependent)
            open_.append(dependent)
    return found
