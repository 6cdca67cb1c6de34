"""Plans of changes to many names: made, read and applied (operators only)."""

from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.access.errors import ForbiddenError
from services.username_engine.access.principal import CurrentOperator, Principal
from services.username_engine.api.dependencies import (
    ConfigurationId,
    ConfigurationName,
    CurrentClock,
    CurrentDatabase,
    Snapshot,
)
from services.username_engine.api.editing import (
    NOT_KEPT,
    check_known,
    editor_of,
    known_configuration,
)
from services.username_engine.api.languages import LocalisedRoute
from services.username_engine.api.plan_schemas import (
    AppliedPlan,
    PlanList,
    PlanRequest,
    PlanRowPage,
    PlanSummary,
    row_item,
    summary,
)
from services.username_engine.api.writing import writing
from services.username_engine.errors import (
    BusyError,
    NoSchoolYearError,
    NotYetEditableError,
    NoUsernameError,
    UnknownConfigurationError,
    UnknownPlaceError,
)
from services.username_engine.usernames.plan_applying import apply_plan
from services.username_engine.usernames.plan_errors import (
    Moved,
    OverShareLimitError,
    PlanAppliedError,
    PlanOutdatedError,
    UnknownPlanError,
)
from services.username_engine.usernames.plan_renaming import plan_rename
from services.username_engine.usernames.plan_storage import (
    list_plans,
    present_basis,
    read_plan,
    read_rows,
)
from services.username_engine.usernames.planning import plan_missing
from services.username_engine.usernames.plans import Plan, PlanKind
from shared.clock import Clock
from shared.errors import described_errors

_PERSON: Final = ["2485f0b2-07dd-4731-893b-f09b677e9591"]
_BUSY: Final[dict[int | str, dict[str, Any]]] = {
    HTTPStatus.SERVICE_UNAVAILABLE: described_errors(BusyError())
}
_UNKNOWN: Final[dict[int | str, dict[str, Any]]] = {
    HTTPStatus.NOT_FOUND: described_errors(
        UnknownConfigurationError("demo-provider"), UnknownPlanError()
    )
}

plans_router = APIRouter(
    prefix="/configurations/{configuration}/plans",
    tags=["plans"],
    route_class=LocalisedRoute,
    responses={
        HTTPStatus.FORBIDDEN: described_errors(ForbiddenError()),
        HTTPStatus.NOT_FOUND: described_errors(UnknownConfigurationError("demo-provider")),
    },
)

PlanId = Annotated[UUID, Path(description="The plan's id")]
Limit = Annotated[int, Query(ge=0, le=1_000, description="At most so many")]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1, description="Before the first")]


@plans_router.post(
    "",
    summary="Plan missing names, or a rename of many",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.CREATED: {
            "headers": {
                "Location": {"description": "The plan's path", "schema": {"type": "string"}}
            }
        },
        HTTPStatus.NOT_FOUND: described_errors(
            UnknownConfigurationError("demo-provider"),
            UnknownPlaceError("001507-9"),
            NoUsernameError(_PERSON),
        ),
        HTTPStatus.CONFLICT: described_errors(NoSchoolYearError(), NotYetEditableError(_PERSON)),
        **_BUSY,
    },
)
async def make_plan(
    principal: CurrentOperator,
    body: PlanRequest,
    configuration: ConfigurationName,
    database: CurrentDatabase,
    clock: CurrentClock,
    response: Response,
) -> PlanSummary:
    """Changes no name: what would become of them is in the plan's rows, and `apply` does just that.

    `generate` plans what creation would do now. `rename` gives names the configuration's present
    format, of everyone, of a place, or of persons; names that follow it stay, and so do hand-edited
    ones unless asked, approved accounts' and the source's unless their persons are named, and those
    of future students and leavers. Editors wait while a plan is made.
    """
    _check_text(body)
    async with writing(database) as connection:
        configuration_id = await known_configuration(connection, configuration)
        plan = await _plan(connection, clock, configuration_id, body, principal)
    path = f"/api/v1/configurations/{quote(configuration, safe='')}/plans/{plan.id}"
    response.headers.update({**NOT_KEPT, "Location": path})
    return summary(plan, [])


@plans_router.get("", summary="The plans of a configuration")
async def plans(
    _: CurrentOperator,
    configuration_id: ConfigurationId,
    connection: Snapshot,
    clock: CurrentClock,
    response: Response,
    limit: Limit = 20,
    offset: Offset = 0,
) -> PlanList:
    """The newest first, applied ones too; plans of more than 30 days ago go when one is made."""
    found, total = await list_plans(connection, configuration_id, limit=limit, offset=offset)
    present = await present_basis(connection, clock, configuration_id)
    response.headers.update(NOT_KEPT)
    items = [summary(plan, plan.basis.moved_to(present)) for plan in found]
    return PlanList(items=items, total=total)


@plans_router.get("/{plan}", summary="A plan in numbers", responses=_UNKNOWN)
async def one_plan(
    _: CurrentOperator,
    plan: PlanId,
    configuration_id: ConfigurationId,
    connection: Snapshot,
    clock: CurrentClock,
    response: Response,
) -> PlanSummary:
    """What it would do, how many names that is of all, and whether it still can be applied."""
    found = await read_plan(connection, configuration_id, plan)
    present = await present_basis(connection, clock, configuration_id)
    response.headers.update(NOT_KEPT)
    return summary(found, found.basis.moved_to(present))


@plans_router.get("/{plan}/rows", summary="What becomes of each name", responses=_UNKNOWN)
async def rows(
    _: CurrentOperator,
    plan: PlanId,
    configuration_id: ConfigurationId,
    connection: Snapshot,
    response: Response,
    limit: Limit = 100,
    offset: Offset = 0,
) -> PlanRowPage:
    """In the order in which names are given; those that stay come last, with why."""
    await read_plan(connection, configuration_id, plan)
    found, total = await read_rows(connection, configuration_id, plan, limit=limit, offset=offset)
    response.headers.update(NOT_KEPT)
    return PlanRowPage(items=[row_item(row) for row in found], total=total)


@plans_router.post(
    "/{plan}/apply",
    summary="Apply a plan",
    responses={
        **_UNKNOWN,
        HTTPStatus.CONFLICT: described_errors(
            PlanOutdatedError([Moved.DATA]),
            OverShareLimitError(411, 1204, 0.1),
            PlanAppliedError(),
        ),
        **_BUSY,
    },
)
async def apply(
    principal: CurrentOperator,
    plan: PlanId,
    configuration: ConfigurationName,
    database: CurrentDatabase,
    clock: CurrentClock,
    response: Response,
) -> AppliedPlan:
    """Exactly its rows, all or none: refused where anything it was made from has moved since.

    A rename of more than its share of the configuration's names is refused, unless they are few.
    """
    async with writing(database) as connection:
        configuration_id = await known_configuration(connection, configuration)
        actor = editor_of(principal).actor
        done = await apply_plan(connection, clock, configuration_id, plan, actor)
        applied = await read_plan(connection, configuration_id, plan)
    response.headers.update(NOT_KEPT)
    return AppliedPlan(
        created=done.created,
        renamed=done.renamed,
        domains_fixed=done.domains_fixed,
        retired=done.retired,
        plan=summary(applied, []),
    )


def _check_text(body: PlanRequest) -> None:
    """The database takes no text with a NUL: there is no such person or place."""
    check_known(body.persons or ())
    if "\0" in (place := body.at_location or body.at_school or ""):
        raise UnknownPlaceError(place)


async def _plan(
    connection: AsyncConnection,
    clock: Clock,
    configuration_id: int,
    body: PlanRequest,
    principal: Principal,
) -> Plan:
    actor = editor_of(principal).actor
    if body.kind is PlanKind.GENERATE:
        return await plan_missing(connection, clock, configuration_id, actor)
    return await plan_rename(
        connection, clock, configuration_id, actor, body.selection(), body.choices()
    )
