"""SQL of the list of usernames (see `list_rows`): each begins with the persons at the place.

$1 configuration, $2 ids of the school year, $3 day, $4 school; the rest as each says. Those of
"these" take ids of persons as the last, and cost what they are.
"""

from typing import Final

# $1 configuration. The school year as `shared.presence.active_year` has it.
BASIS: Final = """
    select coalesce((select revision from sis.revision where configuration_id = $1), 0),
        coalesce((select revision from access.revision where configuration_id = $1), 0),
        coalesce((select revision from usernames.revision where configuration_id = $1), 0),
        student_domain_policy, staff_domain_policy,
        active_school_year, year.sourced_ids, year.first_day, year.last_day
    from access.configuration
    left join lateral (
        select array_agg(sourced_id order by sourced_id) as sourced_ids,
            min(start_date) as first_day, max(end_date) as last_day
        from sis.school_year
        where configuration_id = $1 and label = active_school_year and removed_at is null
    ) year on true
    where id = $1
"""

# Around the statements of a whole place, and undone after them: what else its transaction does is
# planned as ever. To compile these would take longer than to run them. Rows by key are in memory,
# where a school of a large configuration is read by its persons and not with all others. And of
# whom the ids are only known while it runs the planner expects ten, whatever their number: loops
# over them all would take a minute.
PLAN_FOR_A_PLACE: Final = """
    savepoint list_of_a_place;
    set local jit = off;
    set local random_page_cost = 1.1;
    set local enable_nestloop = off
"""
PLAN_AS_BEFORE: Final = """
    rollback to savepoint list_of_a_place;
    release savepoint list_of_a_place
"""

_NAME: Final = """
    person.id, person.family_name, person.given_name, name.sync,
    case when name.domain is null then name.local_part
         else name.local_part || '@' || name.domain end,
    person.birth_date, (name.created_at at time zone 'Europe/Brussels')::date,
    nullif(name.flags, '{}'), name.version
"""
# Asked for by all their ids, each table is read once along its key: half of what it costs to look
# them up one by one, and less than to read everyone else with them.
_OF_THESE: Final = """
    join sis.person person
        on person.configuration_id = $1 and person.id = here.person_id
        and person.id = any((select ids from everyone)::text[])
    left join usernames.username name
        on name.configuration_id = $1 and name.person_id = here.person_id
        and name.person_id = any((select ids from everyone)::text[])
"""


def _students(narrowed: str) -> str:
    return f"""
    with here as materialized (
        select person_id, location_number, start_date
        from sis.enrolment
        where configuration_id = $1 and school_number = $4 and location_number = any($5)
            and school_year = any($2) and removed_at is null
            and start_date <= $3 and (end_date is null or end_date >= $3) {narrowed}
    ), everyone as materialized (select array_agg(person_id) as ids from here)
    select {_NAME}, here.location_number, here.start_date
    from here {_OF_THESE}
    where person.removed_at is null
    """  # noqa: S608 - the parts are this module's own


# $5 the school's locations asked for. Whoever is enrolled several times there is several rows.
STUDENTS: Final = _students("")
THESE_STUDENTS: Final = _students("and person_id = any($6)")

# $4 persons, $5 all locations that take part, as `school location`.
ENROLLED_SEVERAL_TIMES: Final = """
    select person_id from sis.enrolment
    where configuration_id = $1 and person_id = any($4)
        and school_year = any($2) and removed_at is null
        and start_date <= $3 and (end_date is null or end_date >= $3)
        and school_number || ' ' || location_number = any($5)
    group by person_id
    having count(distinct (school_number, location_number)) > 1
"""

# $2 persons. No other name of a configuration folds alike, so whoever has the same form is a twin.
FOLDED_TWINS: Final = """
    select name.person_id from usernames.username name
    where name.configuration_id = $1 and name.person_id = any($2) and name.bare <> ''
        and exists (
            select from usernames.username other
            where other.configuration_id = $1 and other.bare = name.bare
                and other.person_id <> name.person_id
        )
"""

_CLASS_NAME: Final = "coalesce(nullif(class.name, ''), nullif(class.code, ''), class.id)"


def _classes_of_students(narrowed: str) -> str:
    return f"""
    with class as materialized (
        select id, {_CLASS_NAME} as name, location_number = any($5) as is_here,
            class_type is not distinct from 'scheduled' as is_lesson
        from sis.class class
        where configuration_id = $1 and school_number = $4 and kind = 'class'
            and school_year = any($2) and removed_at is null
    ), everyone as materialized (select array_agg(id) as ids from class)
    select member.person_id, class.name, class.is_here, class.is_lesson
    from class
    join sis.class_enrolment member
        on member.configuration_id = $1 and member.class_id = class.id and {narrowed}
    where member.removed_at is null and member.start_date <= $3
        and (member.end_date is null or member.end_date >= $3)
    """  # noqa: S608


# $5 the school's locations asked for.
CLASSES_OF_STUDENTS: Final = _classes_of_students(
    "member.class_id = any((select ids from everyone)::text[])"
)
CLASSES_OF_THESE_STUDENTS: Final = _classes_of_students("member.person_id = any($6)")


def _staff(narrowed: str) -> str:
    return f"""
    with here as materialized (
        select person_id, array_agg(distinct location_number) as locations,
            bool_or(removed_at is null and (end_date is null or end_date >= $3)) as active
        from sis.staff
        where configuration_id = $1 and school_number = $4
            and ($5::text[] is null or location_number = any($5))
            and school_year = any($2) and start_date <= $3
            and (end_date is null or end_date >= $6)
            and (removed_at is null
                or (removed_at at time zone 'Europe/Brussels')::date >= $6) {narrowed}
        group by person_id
    ), everyone as materialized (select array_agg(person_id) as ids from here)
    select {_NAME}, here.locations, here.active and person.removed_at is null
    from here {_OF_THESE}
    where person.removed_at is null
        or (person.removed_at at time zone 'Europe/Brussels')::date >= $6
    """  # noqa: S608


# $5 the memberships' locations, null for all; $6 the first day of the school year. A mark of the
# source counts as an end: who was dropped from its file this school year turned inactive in it.
STAFF: Final = _staff("")
THESE_STAFF: Final = _staff("and person_id = any($7)")


def _classes_of_staff(narrowed: str) -> str:
    return f"""
    with class as materialized (
        select id, {_CLASS_NAME} as name
        from sis.class class
        where configuration_id = $1 and school_number = $4 and kind = 'class'
            and school_year = any($2) and removed_at is null
    ), everyone as materialized (select array_agg(id) as ids from class)
    select duty.person_id, class.name
    from class
    join sis.class_duty duty
        on duty.configuration_id = $1 and duty.class_id = class.id and {narrowed}
    where duty.duty = 2 and duty.removed_at is null and duty.start_date <= $3
        and (duty.end_date is null or duty.end_date >= $3)
    """  # noqa: S608


CLASSES_OF_STAFF: Final = _classes_of_staff(
    "duty.class_id = any((select ids from everyone)::text[])"
)
CLASSES_OF_THESE_STAFF: Final = _classes_of_staff("duty.person_id = any($5)")
