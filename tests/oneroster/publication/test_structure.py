"""Sessions and orgs: references between parents and children resolve, in both directions."""

from datetime import date

from shared.database import Database
from shared.tables import sis
from tests.arranging import (
    FIRST_DAY,
    LAST_DAY,
    YEAR,
    Arranged,
    add_location,
    add_school,
    change,
    new_configuration,
    write,
)
from tests.oneroster.conftest import Publishing


async def _term(
    owner: Database, configuration: Arranged, sourced_id: str, kind: str, parent: str
) -> None:
    row = {
        "sourced_id": sourced_id,
        "title": sourced_id,
        "type": kind,
        "start_date": FIRST_DAY,
        "end_date": LAST_DAY if kind == "term" else date(2024, 12, 20),
        "parent_sourced_id": parent,
        "school_year_label": YEAR,
    }
    await write(owner, configuration, sis.term, row)


async def _family(
    publishing: Publishing, configuration: Arranged, collection: str
) -> dict[str, tuple[str | None, list[str]]]:
    """Parent and children of each object."""
    served = await publishing.served(configuration, collection)
    return {
        sourced_id: (
            each["parent"]["sourcedId"] if "parent" in each else None,
            [child["sourcedId"] for child in each.get("children", ())],
        )
        for sourced_id, each in served.items()
    }


async def test_sessions_name_their_parent_and_their_children(
    owner: Database, publishing: Publishing
) -> None:
    configuration = await new_configuration(owner)
    await _term(owner, configuration, "t1", "term", YEAR)
    await _term(owner, configuration, "g1", "gradingPeriod", "t1")
    await _term(owner, configuration, "g2", "gradingPeriod", "t1")
    await _term(owner, configuration, "lost", "term", "elsewhere")

    await publishing.publish(configuration)

    assert await _family(publishing, configuration, "academic_sessions") == {
        YEAR: (None, ["t1"]),
        "t1": (YEAR, ["g1", "g2"]),
        "g1": ("t1", []),
        "g2": ("t1", []),
        "lost": (None, []),
    }


async def test_an_org_that_drops_out_is_nobodys_child_any_more(
    owner: Database, publishing: Publishing
) -> None:
    configuration = await new_configuration(owner)
    school = await add_school(owner, configuration)
    parent = await add_location(owner, configuration, school, "1", parent_sourced_id="district")
    child = await add_location(
        owner, configuration, school, "2", parent_sourced_id=parent.sourced_id
    )
    await publishing.publish(configuration)
    assert await _family(publishing, configuration, "orgs") == {
        parent.sourced_id: (None, [child.sourced_id]),
        child.sourced_id: (parent.sourced_id, []),
    }

    await change(owner, configuration, sis.location, {"number": "2"}, active=False)
    await publishing.publish(configuration)
    assert await _family(publishing, configuration, "orgs") == {parent.sourced_id: (None, [])}
