"""Which rows of `sis` a feed removes by not having them."""

# ruff: noqa: S608 - table and column names come from this package's own declarations.

from collections.abc import Mapping

from intake.feed import (
    ACTIVE,
    AGENT,
    CLASS,
    COURSE,
    DEMOGRAPHICS,
    ENROLLMENT,
    ORG,
    SESSION,
    USER,
    Feed,
)
from intake.formats import Format
from intake.scopes import IN_SCHOOL, IN_SCHOOL_AND_YEAR, IN_YEAR, OF_CLASS

_LISTED_DELETED = {
    "location": (ORG, "sourced_id"),
    "school_year": (SESSION, "sourced_id"),
    "term": (SESSION, "sourced_id"),
    "course": (COURSE, "sourced_id"),
    "person": (USER, "id"),
    "class": (CLASS, "id"),
    "class_enrolment": (ENROLLMENT, "sourced_id"),
    "class_duty": (ENROLLMENT, "sourced_id"),
    "enrolment": (USER, "person_id"),
    "staff": (USER, "person_id"),
    "guardian": (USER, "id"),
}

_OF_LABEL = "exists (select from scope_label o where o.configuration_id = t.configuration_id and o.label = {})"
# Another school's file of the same configuration may still need them.
_USED_ELSEWHERE = (
    "exists (select from sis.class o where o.configuration_id = t.configuration_id"
    " and o.removed_at is null and {} and not exists (select from scope_class c"
    " where c.configuration_id = o.configuration_id and c.class_id = o.id))"
)
_YEAR_USED_ELSEWHERE = " or ".join(
    f"exists (select from sis.{table} o where o.configuration_id = t.configuration_id"
    " and o.removed_at is null and o.school_year = t.sourced_id and not exists ("
    " select from scope_school c where c.configuration_id = o.configuration_id"
    " and c.school_number = o.school_number))"
    for table in ("enrolment", "staff", "class")
)


def removal_scopes(feed: Feed) -> Mapping[str, str]:
    """By table of `sis`, the condition under which a row `t` that the feed lacks is removed."""
    deleted = {
        table: f"exists (select from {source} s where s.sourced_id = t.{key} and not ({ACTIVE}))"
        for table, (source, key) in _LISTED_DELETED.items()
    }
    whole = {
        table: condition
        for table, (source, condition) in _whole_scopes(feed).items()
        if feed.is_bulk(source)
    }
    listed = {
        table: condition
        for table, (source, condition) in _listed_scopes(feed).items()
        if not feed.is_bulk(source)
    }
    conditions: dict[str, list[str]] = {}
    for scopes in (deleted, whole, listed):
        for table, condition in scopes.items():
            conditions.setdefault(table, []).append(f"({condition})")
    return {table: " or ".join(parts) for table, parts in conditions.items()}


def _whole_scopes(feed: Feed) -> dict[str, tuple[str, str]]:
    course_here = (
        "exists (select from sis.class o join scope_class c on c.class_id = o.id"
        " and c.configuration_id = o.configuration_id where o.course_sourced_id = t.sourced_id"
        " and o.configuration_id = t.configuration_id)"
    )
    of_person = "exists (select from stage_person o where o.id = t.person_id)"
    return {
        "location": (ORG, IN_SCHOOL),
        "school_year": (SESSION, f"{_OF_LABEL.format('t.label')} and not ({_YEAR_USED_ELSEWHERE})"),
        "term": (
            SESSION,
            f"{_OF_LABEL.format('t.school_year_label')} and not "
            + _USED_ELSEWHERE.format("t.sourced_id = any(o.term_sourced_ids)"),
        ),
        "course": (
            COURSE,
            f"{course_here} and not "
            + _USED_ELSEWHERE.format("o.course_sourced_id = t.sourced_id"),
        ),
        "class": (CLASS, IN_SCHOOL_AND_YEAR),
        "enrolment": (feed.memberships, IN_SCHOOL_AND_YEAR),
        "staff": (feed.memberships, IN_SCHOOL_AND_YEAR),
        "class_enrolment": (ENROLLMENT, OF_CLASS),
        "class_duty": (ENROLLMENT, OF_CLASS),
        "guardianship": (USER if feed.format is Format.ONEROSTER else AGENT, of_person),
        "guardian": (
            USER if feed.format is Format.ONEROSTER else AGENT,
            (
                "exists (select from sis.guardianship g join stage_person p on p.id = g.person_id"
                " where g.configuration_id = t.configuration_id and g.guardian_id = t.id)"
                " and not exists (select from sis.guardianship g where g.guardian_id = t.id"
                " and g.configuration_id = t.configuration_id and g.removed_at is null"
                " and not exists (select from stage_person p where p.id = g.person_id))"
            ),
        ),
        "demographics": (DEMOGRAPHICS, of_person),
    }


def _listed_scopes(feed: Feed) -> dict[str, tuple[str, str]]:
    """In a delta: what a row says of its object is all there is of it."""
    member = (
        f"{IN_YEAR} and exists (select from feed_user s where s.sourced_id = t.person_id)"
        if feed.memberships == USER
        else f"{IN_YEAR} and exists (select from feed_role s where s.user_id = t.person_id"
        " and s.org = t.location_number)"
    )
    of_enrollment = (
        "t.sourced_id <> '' and exists"
        " (select from feed_enrollment s where s.sourced_id = t.sourced_id)"
    )
    return {
        "location": (ORG, "exists (select from feed_org s where s.sourced_id = t.sourced_id)"),
        "enrolment": (feed.memberships, member),
        "staff": (feed.memberships, member),
        "class": (CLASS, "exists (select from feed_class s where s.sourced_id = t.id)"),
        "class_enrolment": (ENROLLMENT, of_enrollment),
        "class_duty": (ENROLLMENT, of_enrollment),
        "guardianship": (
            USER,
            (
                "exists (select from feed_user s where s.sourced_id = t.person_id"
                " and s.agents is not null)"
            ),
        ),
        "demographics": (
            DEMOGRAPHICS,
            "exists (select from feed_demographics s where s.user_id = t.person_id)",
        ),
    }
