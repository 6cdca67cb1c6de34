"""What one can choose a list of."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.username_engine.access.principal import CurrentPrincipal
from services.username_engine.access.rights import Right
from services.username_engine.api.dependencies import Snapshot
from services.username_engine.api.languages import LocalisedRoute
from services.username_engine.api.schemas import (
    ChoiceParameters,
    ConfigurationChoice,
    ConfigurationList,
    LocationChoice,
    RightName,
    SchoolChoice,
)
from services.username_engine.usernames.accessible import (
    AccessibleConfiguration,
    AccessibleSchool,
    accessible_configurations,
)

router = APIRouter(
    prefix="/configurations",
    tags=["usernames"],
    route_class=LocalisedRoute,
)


@router.get("", summary="The configurations, schools and locations one may see")
async def configurations(
    principal: CurrentPrincipal,
    connection: Snapshot,
    response: Response,
    parameters: Annotated[ChoiceParameters, Query()],
) -> ConfigurationList:
    """Where the caller has any right to a list, with his right to each; an operator sees all."""
    found = await accessible_configurations(
        connection, principal, parameters.limit, parameters.offset
    )
    response.headers["Cache-Control"] = "no-store"
    return ConfigurationList(items=[_choice(each) for each in found.items], total=found.total)


def _choice(configuration: AccessibleConfiguration) -> ConfigurationChoice:
    return ConfigurationChoice(
        name=configuration.name,
        school_year=configuration.school_year,
        schools=[_school(each) for each in configuration.schools],
    )


def _school(accessible: AccessibleSchool) -> SchoolChoice:
    return SchoolChoice(
        number=accessible.school.number,
        name=accessible.school.name,
        students=_name(accessible.students),
        staff=_name(accessible.staff),
        locations=[
            LocationChoice(
                sourced_id=each.location.sourced_id,
                number=each.location.number,
                name=each.location.name,
                students=_name(each.students),
            )
            for each in accessible.locations
        ],
    )


def _name(right: Right) -> RightName:
    return RightName[right.name]
