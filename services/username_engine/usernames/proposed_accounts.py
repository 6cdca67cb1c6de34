"""The proposals that still stand: whose accounts probably are, for who approves them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.usernames.account_matching import Reason, Strength
from shared.database import among
from shared.tables import sis, usernames

_account = usernames.tenant_account.c
_proposal = usernames.proposal.c
_name = usernames.username.c
_holder = usernames.username.alias("holder").c
_is_his = _holder.person_id == _account.person_id


@dataclass(frozen=True, slots=True)
class ProposedAccount:
    """A person of the configuration and an account that is probably the person's."""

    person_id: str
    given_name: str
    family_name: str
    username: str | None
    """The local part there is for the person now; None while it is still to be made."""
    user_principal_name: str
    local_part: str
    """The account's, as the name would become."""
    domain: str
    """The account's."""
    stored_domain: str | None
    """The one fixed to the name there is for the person now."""
    display_name: str | None
    strength: Strength
    reason: Reason


def is_open(configuration_id: int) -> ColumnElement[bool]:
    """Of rows of usernames.tenant_account: nobody's yet, as far as is known here.

    Whose name was edited since the account was approved for him has given it back.
    """
    return ~exists().where(_has_its_name(configuration_id), _holder.sync | _is_his)


def is_kept(configuration_id: int) -> ColumnElement[bool]:
    """Of rows of usernames.tenant_account: approved for somebody who has not given it back."""
    return exists().where(_has_its_name(configuration_id), _is_his)


def _has_its_name(configuration_id: int) -> ColumnElement[bool]:
    return and_(
        _holder.configuration_id == configuration_id,
        _holder.folded == _account.folded_local_part,
    )


async def proposed_accounts(
    connection: AsyncConnection, configuration_id: int, persons: Collection[str] | None = None
) -> list[ProposedAccount]:
    """The proposals that still stand: sure ones first, then by name; of `persons` only, if given."""
    found = await connection.execute(_open_proposals(configuration_id, persons))
    return [
        ProposedAccount(
            person_id=row.person_id,
            given_name=row.given_name,
            family_name=row.family_name,
            username=row.username,
            user_principal_name=row.user_principal_name,
            local_part=row.local_part,
            domain=row.domain,
            stored_domain=row.stored_domain,
            display_name=row.display_name,
            strength=Strength(row.strength),
            reason=Reason(row.reason),
        )
        for row in found
    ]


def _open_proposals(configuration_id: int, persons: Collection[str] | None) -> Select[Any]:
    person = sis.person.c
    return (
        select(
            _proposal.person_id,
            person.given_name,
            person.family_name,
            _name.local_part.label("username"),
            _proposal.user_principal_name,
            _account.local_part,
            _account.domain,
            _name.domain.label("stored_domain"),
            _account.display_name,
            _proposal.strength,
            _proposal.reason,
        )
        .join(
            usernames.tenant_account,
            (_account.configuration_id == _proposal.configuration_id)
            & (_account.user_principal_name == _proposal.user_principal_name),
        )
        .join(
            sis.person,
            (person.configuration_id == _proposal.configuration_id)
            & (person.id == _proposal.person_id)
            & person.removed_at.is_(None),
        )
        .outerjoin(
            usernames.username,
            (_name.configuration_id == _proposal.configuration_id)
            & (_name.person_id == _proposal.person_id),
        )
        .where(
            _proposal.configuration_id == configuration_id,
            among(_proposal.person_id, persons),
            is_open(configuration_id),
            _name.sync.is_not(True),
        )
        .order_by(
            _proposal.strength.desc(),
            person.family_name,
            person.given_name,
            _proposal.person_id,
            _proposal.user_principal_name,
        )
    )
