"""Whose the tenant's accounts probably are, and approving that they are."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from services.username_engine.access.principal import CurrentPrincipal
from services.username_engine.api.account_schemas import (
    ApproveAnswer,
    ApprovedItem,
    ApproveRequest,
    LeftItem,
    ProposalItem,
    ProposalList,
    ProposalParameters,
    SureAnswer,
    SureParameters,
)
from services.username_engine.api.dependencies import (
    ConfigurationId,
    ConfigurationName,
    CurrentClock,
    CurrentDatabase,
    Snapshot,
)
from services.username_engine.api.editing import (
    NOT_FOUND,
    NOT_KEPT,
    check_known,
    editor_of,
    known_configuration,
)
from services.username_engine.api.editing_schemas import UsernameWarning
from services.username_engine.api.languages import AskedLanguage, LocalisedRoute
from services.username_engine.api.writing import writing
from services.username_engine.engine.messages import Language, message
from services.username_engine.errors import (
    BusyError,
    NoSchoolYearError,
    NotYetEditableError,
    NoUsernameError,
    SelectionChangedError,
    UnknownConfigurationError,
    UnknownPlaceError,
)
from services.username_engine.usernames.account_errors import (
    AccountDomainError,
    AccountTakenError,
    AmbiguousProposalError,
    NoProposalError,
)
from services.username_engine.usernames.approving import (
    ApprovedAccount,
    Left,
    approve_accounts,
    approve_sure_ones,
    sure_ones,
)
from services.username_engine.usernames.proposal_list import (
    ProposalRow,
    day_of,
    page_of_proposals,
)
from services.username_engine.usernames.reach import Reach
from shared.errors import described_errors

_PERSON: Final = ["2485f0b2-07dd-4731-893b-f09b677e9591"]
_CONFIGURATION: Final = UnknownConfigurationError("demo-provider")
_PLACE: Final = UnknownPlaceError("001507-1")
# What both lists of a narrowing are refused for.
_NARROWED: Final[dict[int | str, dict[str, Any]]] = {
    HTTPStatus.NOT_FOUND: described_errors(_CONFIGURATION, _PLACE),
    HTTPStatus.CONFLICT: described_errors(NoSchoolYearError()),
}

proposals_router = APIRouter(
    prefix="/configurations/{configuration}/proposals",
    tags=["accounts"],
    route_class=LocalisedRoute,
)


@proposals_router.get(
    "",
    summary="The accounts that are probably somebody's",
    responses=_NARROWED,
)
async def proposals(
    principal: CurrentPrincipal,
    configuration_id: ConfigurationId,
    parameters: Annotated[ProposalParameters, Query()],
    connection: Snapshot,
    clock: CurrentClock,
    response: Response,
) -> ProposalList:
    """Of the persons in the lists that one may see, sure ones first, then by name.

    A proposal is for who has no released name (Sync off) and no approved account. Nothing is
    linked until it is approved.
    """
    response.headers.update(NOT_KEPT)
    day = await day_of(connection, clock, configuration_id)
    page = await page_of_proposals(
        connection,
        day,
        parameters.narrowing(parameters.strength),
        Reach.of(principal),
        limit=parameters.limit,
        offset=parameters.offset,
    )
    return ProposalList(items=[_item(row) for row in page.items], total=page.total)


@proposals_router.get(
    "/sure",
    summary="What approving all the sure ones would do",
    responses=_NARROWED,
)
async def would_approve(
    principal: CurrentPrincipal,
    configuration_id: ConfigurationId,
    parameters: Annotated[SureParameters, Query()],
    connection: Snapshot,
    clock: CurrentClock,
    response: Response,
) -> SureAnswer:
    """With `all_sure` and the same narrowing, as things are now; nothing is done."""
    response.headers.update(NOT_KEPT)
    day = await day_of(connection, clock, configuration_id)
    editor = editor_of(principal)
    found = await sure_ones(connection, day, parameters.narrowing(), editor)
    return SureAnswer(total=found.count, left=_left(found.in_order))


@proposals_router.post(
    "/approve",
    summary="Approve that accounts are the persons'",
    responses={
        HTTPStatus.FORBIDDEN: NOT_FOUND[HTTPStatus.FORBIDDEN],
        HTTPStatus.NOT_FOUND: described_errors(
            _CONFIGURATION, NoUsernameError(_PERSON), NoProposalError(_PERSON), _PLACE
        ),
        HTTPStatus.CONFLICT: described_errors(
            SelectionChangedError(24, 23),
            NotYetEditableError(_PERSON),
            AmbiguousProposalError(_PERSON),
            AccountTakenError(_PERSON),
            AccountDomainError(_PERSON),
            NoSchoolYearError(),
        ),
        HTTPStatus.SERVICE_UNAVAILABLE: described_errors(BusyError()),
    },
)
async def approve(
    body: ApproveRequest,
    configuration: ConfigurationName,
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    clock: CurrentClock,
    language: AskedLanguage,
    response: Response,
) -> ApproveAnswer:
    """The persons' names become the accounts'; Sync stays as it is. All named ones, or none.

    `all_sure` approves what can be, and says in `left` what was not and why; with `expected_total`
    only where it is as many as were seen. An account with another domain than would be sent is
    approved by name alone, and then its domain is fixed to the name: otherwise the next sync would
    not find it.
    """
    response.headers.update(NOT_KEPT)
    check_known(body.persons or ())
    editor = editor_of(principal)
    async with writing(database) as connection:
        configuration_id = await known_configuration(connection, configuration)
        if body.persons is None:
            done = await approve_sure_ones(
                connection,
                clock,
                configuration_id,
                body.narrowing(),
                editor,
                expected_total=body.expected_total,
            )
        else:
            done = await approve_accounts(connection, clock, configuration_id, body.persons, editor)
    return ApproveAnswer(
        items=[_approved(each, language) for each in done.accounts],
        total=sum(each.changed for each in done.accounts),
        left=_left(done.left),
    )


def _left(left: Iterable[Left]) -> list[LeftItem]:
    return [LeftItem(person=each.person_id, reason=each.reason) for each in left]


def _item(row: ProposalRow) -> ProposalItem:
    proposed = row.proposed
    fields = {
        "person": proposed.person_id,
        "family_name": proposed.family_name,
        "given_name": proposed.given_name,
        "school": row.school,
        "class": row.class_,
        "username": row.username,
        "account": proposed.user_principal_name,
        "display_name": proposed.display_name,
        "strength": proposed.strength,
        "reason": proposed.reason,
        "username_as_sent": row.address.username,
        "domain_differs": row.address.differs,
        "can_approve": row.why_not is None,
        "why_not": row.why_not,
    }
    return ProposalItem.model_validate(fields)


def _approved(each: ApprovedAccount, language: Language) -> ApprovedItem:
    return ApprovedItem(
        person=each.person_id,
        before=str(each.before),
        username=str(each.after),
        account=each.user_principal_name,
        changed=each.changed,
        domain_fixed=each.fixes_domain,
        version=each.version,
        warnings=[
            UsernameWarning(code=code, detail=message(code, language, str(each.after)))
            for code in each.warnings
        ],
    )
