"""Whose Sync waits for an account to be approved: nothing is linked unasked (M4.3.1)."""

from sqlalchemy import ColumnElement, literal, select

from services.username_engine.usernames.account_matching import Reason
from services.username_engine.usernames.naming import NameFlag
from services.username_engine.usernames.proposed_accounts import is_open
from shared.tables import usernames

_account = usernames.tenant_account.c
_proposal = usernames.proposal.c
_name = usernames.username.c


def waits_for_approval(configuration_id: int) -> ColumnElement[bool]:
    """Of rows of usernames.username: Sync waits until the account that probably is the person's is
    approved, or somebody says otherwise.

    By the flag of the name, which an edit takes off, or by a proposal that stands. An account that
    has the name alone is nobody's reason to wait, at creation neither.
    """
    proposed = (
        select(_proposal.person_id)
        .join(
            usernames.tenant_account,
            (_account.configuration_id == _proposal.configuration_id)
            & (_account.user_principal_name == _proposal.user_principal_name),
        )
        .where(
            _proposal.configuration_id == configuration_id,
            _proposal.person_id == _name.person_id,
            _proposal.reason != Reason.EXACT_FORMAT_OTHER_NAMES.value,
            is_open(configuration_id),
        )
        .correlate(usernames.username)
    )
    flagged = literal(NameFlag.LIKELY_EXISTING_ACCOUNT.value) == _name.flags.any_()
    return flagged | proposed.exists()
