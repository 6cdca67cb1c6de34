"""Who is in which class of a school year; subgroups are no classes here."""

from collections.abc import Collection

from sqlalchemy import Subquery, select

from shared.database import among
from shared.tables import sis


def class_members(configuration_id: int, school_year: str, persons: Collection[str]) -> Subquery:
    """Columns: person_id, class_id, name, code, start_date, end_date; whatever the day.

    `school_year` is a label: `2024-25`.
    """
    member, of, year = sis.class_enrolment.c, sis.class_.c, sis.school_year.c
    return (
        select(
            member.person_id,
            of.id.label("class_id"),
            of.name,
            of.code,
            member.start_date,
            member.end_date,
        )
        .join(
            sis.class_,
            (of.configuration_id == member.configuration_id) & (of.id == member.class_id),
        )
        .join(
            sis.school_year,
            (year.configuration_id == of.configuration_id)
            & (year.sourced_id == of.school_year)
            & (year.label == school_year),
        )
        .where(
            member.configuration_id == configuration_id,
            among(member.person_id, persons),
            member.removed_at.is_(None),
            of.removed_at.is_(None),
            of.kind == "class",
        )
        .subquery("class_member")
    )
