"""From a feed's own terms to the form of `sis`: each step one statement over all rows.

What is read as what is told in docs/oneroster-csv.md and docs/sds-csv.md.
"""

from intake.feed import SESSION
from intake.feed_details import stage_courses, stage_demographics, stage_guardians
from intake.feed_members import place_classes, place_memberships, stage_class_rows
from intake.feed_persons import stage_persons
from intake.feed_places import place_orgs, place_sessions
from intake.feed_work import FeedWork


async def map_feed(work: FeedWork) -> None:
    """Fills the staging tables of `sis` from those of one feed, under the configuration's lock."""
    await place_orgs(work)
    await place_sessions(work)
    await place_classes(work)
    await place_memberships(work)
    await stage_persons(work)
    await stage_class_rows(work)
    await stage_courses(work)
    await stage_guardians(work)
    await stage_demographics(work)
    await _set_scope(work)


async def _set_scope(work: FeedWork) -> None:
    """The school years within which missing rows are removed."""
    if work.feed.is_bulk(SESSION):
        await work.run(
            "insert into scope_label select distinct t.configuration_id, s.label"
            " from stage_school_year s cross join touched t"
        )
    else:
        await work.run(
            "insert into scope_label select distinct t.configuration_id, k.label"
            " from known_year k cross join touched t where k.sourced_id in ("
            " select sourced_id from default_year union select school_year from membership"
            " union select school_year from stage_class)"
        )
