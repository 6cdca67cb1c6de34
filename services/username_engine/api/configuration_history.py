"""The history of a configuration as a whole (operators only)."""

from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from services.username_engine.access.errors import ForbiddenError
from services.username_engine.access.principal import CurrentOperator
from services.username_engine.api.dependencies import ConfigurationId, Snapshot
from services.username_engine.api.editing import NOT_KEPT
from services.username_engine.api.languages import LocalisedRoute
from services.username_engine.errors import UnknownConfigurationError
from services.username_engine.usernames.configuration_events import read_configuration_history
from shared.errors import described_errors


class ConfigurationEventItem(BaseModel):
    """What was done to the configuration, once."""

    id: int
    at: datetime
    actor: str
    """`operator` for the command line, else who it was."""
    kind: Literal["configuration_changed", "accounts_imported", "plan_applied"]
    before: dict[str, Any] | None
    """By key, what differs; null: there was nothing."""
    after: dict[str, Any] | None
    rule: str | None
    """By which command."""


class ConfigurationHistoryPage(BaseModel):
    """A part of the history, the newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "id": 23,
                        "at": "2024-08-16T08:15:00Z",
                        "actor": "operator",
                        "kind": "configuration_changed",
                        "before": {"active_school_year": "2023-24"},
                        "after": {"active_school_year": "2024-25"},
                        "rule": "year switch",
                    }
                ],
                "total": 4,
            }
        }
    )

    items: list[ConfigurationEventItem]
    total: int


configuration_history_router = APIRouter(
    prefix="/configurations/{configuration}/history",
    tags=["configurations"],
    route_class=LocalisedRoute,
    responses={
        HTTPStatus.FORBIDDEN: described_errors(ForbiddenError()),
        HTTPStatus.NOT_FOUND: described_errors(UnknownConfigurationError("demo-provider")),
    },
)


@configuration_history_router.get("", summary="What was done to a configuration")
async def history(
    _: CurrentOperator,
    configuration_id: ConfigurationId,
    connection: Snapshot,
    response: Response,
    limit: Annotated[int, Query(ge=0, le=1_000, description="Events at most")] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31 - 1, description="Before the first")] = 0,
) -> ConfigurationHistoryPage:
    """Sheets applied, years switched, clients made and ended, accounts imported, plans applied.

    The newest first. What happened to a person's name stands in that name's own history.
    """
    response.headers.update(NOT_KEPT)
    found = await read_configuration_history(
        connection, configuration_id, limit=limit, offset=offset
    )
    items = [ConfigurationEventItem.model_validate(asdict(event)) for event in found.events]
    return ConfigurationHistoryPage(items=items, total=found.total)
