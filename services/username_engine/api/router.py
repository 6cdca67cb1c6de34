"""All of the public API, for the application to include."""

from http import HTTPStatus

from fastapi import APIRouter

from services.username_engine.access.errors import InvalidTokenError, NotSignedInError
from services.username_engine.api import configurations, listing
from services.username_engine.api.accounts import accounts_router
from services.username_engine.api.configuration_history import configuration_history_router
from services.username_engine.api.editing import editing_router
from services.username_engine.api.formats import formats_router
from services.username_engine.api.history import history_router
from services.username_engine.api.plans import plans_router
from services.username_engine.api.proposals import proposals_router
from services.username_engine.api.single_values import SINGLE_VALUES
from shared.errors import described_errors

router = APIRouter(
    prefix="/api/v1",
    dependencies=[SINGLE_VALUES],
    responses={
        HTTPStatus.UNAUTHORIZED: described_errors(NotSignedInError(), InvalidTokenError()),
    },
)
router.include_router(configurations.router)
router.include_router(listing.router)
router.include_router(formats_router)
router.include_router(plans_router)
router.include_router(proposals_router)
router.include_router(accounts_router)
router.include_router(configuration_history_router)
# In this order: an edit's path is a person's id, which may hold slashes, and so matches these too.
router.include_router(history_router)
router.include_router(editing_router)
