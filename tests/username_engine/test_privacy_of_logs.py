"""No log of the engine names a person, however much it tells."""

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from services.username_engine.internal_api import NDJSON
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.sweeping import sweep
from shared.database import Database
from shared.telemetry import configure_logging
from tests.arranging import add_class, add_staff, add_student
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import calling, school_with
from tests.username_engine.looking import AUTUMN

GIVEN, FAMILY, EDITED = "Kwisten", "Biebelhout", "wieliewalie"


@pytest.fixture
def everything_is_logged() -> Iterator[None]:
    yield
    configure_logging()


def logged(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> str:
    """By the handler that services have, and every field of every record."""
    records = "\n".join(repr(vars(record)) for record in caplog.records)
    return f"{capsys.readouterr().err}\n{records}".lower()


@pytest.mark.usefixtures("everything_is_logged")
async def test_names_stand_in_no_log_of_creation_editing_and_resolving(
    owner: Database,
    database: TestDatabase,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    configuration, place = await school_with(owner)
    await add_class(owner, configuration, place)
    person = await add_student(owner, configuration, place, GIVEN, FAMILY)
    other = await add_staff(owner, configuration, place.school_number, GIVEN, FAMILY)
    async with calling(database, configuration) as api:
        configure_logging("DEBUG")
        caplog.set_level(logging.DEBUG)
        internal = f"/internal/v1/configurations/{configuration.id}/usernames"
        token = {"Authorization": "Bearer a-service-token-for-tests-of-the-engine"}
        day = {"reference_date": AUTUMN.today().isoformat()}
        made = await api.client.post(f"{internal}/create", json=day, headers=token)
        assert made.json()["created"] == 2
        assert (await api.edit(person, username=EDITED, sync=True)).status_code == 200
        # Refused: taken, and not valid.
        assert (await api.edit(other, username=EDITED)).status_code == 409
        assert (await api.edit(other, username=f"{EDITED} {FAMILY}")).status_code == 422
        assert (await api.validate(other, EDITED)).status_code == 409
        await api.sync(persons=[other], sync=True)
        await api.history(person)
        listed = await api.call("GET", "", params={"group": "students", "q": FAMILY})
        assert listed.status_code in {200, 422}
        sent = await api.client.post(f"{internal}/resolve", json=day, headers=token)
        assert sent.headers["content-type"] == NDJSON
        assert EDITED in sent.text

    told = logged(capsys, caplog)
    assert "usernames.created" in told
    for name in (GIVEN, FAMILY, EDITED):
        assert name.lower() not in told


@pytest.mark.usefixtures("everything_is_logged")
async def test_a_failure_of_the_database_names_nobody(
    owner: Database,
    engine_database: Database,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """PostgreSQL's own text holds the row that it refused."""
    configuration, place = await school_with(owner)
    await add_student(owner, configuration, place, GIVEN, FAMILY)
    rule = f"no_{configuration.id}"
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                f"alter table usernames.username add constraint {rule}"
                f" check (configuration_id <> {configuration.id})"
            )
        )
    configure_logging("DEBUG")
    caplog.set_level(logging.DEBUG)
    await sweep(engine_database, AUTUMN)
    async with owner.transaction() as connection:
        await connection.execute(text(f"alter table usernames.username drop constraint {rule}"))

    told = capsys.readouterr().err.lower()
    assert "usernames.sweep_failed" in told
    assert f'"configuration": {configuration.id}' in told
    for name in (GIVEN, FAMILY):
        assert name.lower() not in told
    assert (await create_missing(engine_database, AUTUMN, configuration.id)).created == 1
