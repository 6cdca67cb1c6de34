"""A feed's classes and who is where: enrolments, staff memberships, persons and class rows."""

# ruff: noqa: S608 - table and column names come from this package's own declarations.

from intake.feed import ACTIVE, CLASS, COURSE, ENROLLMENT, GUARDIAN_ROLES, USER
from intake.feed_work import CONFIGURATION, FeedWork, comma_list
from intake.formats import Format

# School Data Sync's educators, beside OneRoster's one word for them.
_TEACHING = "'teacher', 'professor', 'faculty', 'lecturer', 'instructor', 'adjunct', 'substitute'"


async def place_classes(work: FeedWork) -> None:
    known_course = work.unless_bulk(
        COURSE,
        f"select c.sourced_id from sis.course c where c.configuration_id = {CONFIGURATION}"
        " and c.removed_at is null",
    )
    await work.run(
        "create temporary table known_course as select s.sourced_id"
        f" from feed_course s where {ACTIVE}{known_course}"
    )
    await work.run(
        "insert into stage_class (line, id, kind, code, name, school_number, location_number,"
        " school_year, course_sourced_id, class_type, room, term_sourced_ids, grades, subjects,"
        " subject_codes, periods)"
        " select s.line, s.sourced_id, 'class', s.code, s.title, o.school_number, s.org,"
        " coalesce("
        "  (select y.school_year from unnest(string_to_array(s.terms, ','))"
        "   with ordinality u (term, n) join session_year y on y.session = trim(u.term)"
        "   order by u.n limit 1),"
        "  (select y.school_year from feed_course c join session_year y"
        "   on y.session = c.school_year where c.sourced_id = s.course),"
        "  (select sourced_id from default_year)),"
        " (select k.sourced_id from known_course k where k.sourced_id = s.course limit 1),"
        " case when lower(s.class_type) in ('homeroom', 'scheduled') then lower(s.class_type)"
        "  else s.class_type end, s.room,"
        f" {comma_list('s.terms')}, {comma_list('s.grades')}, {comma_list('s.subjects')},"
        f" {comma_list('s.subject_codes')}, {comma_list('s.periods')}"
        f" from feed_class s join placed_org o on o.sourced_id = s.org where {ACTIVE}"
    )
    await work.skip(
        "classes of other schools",
        f"select count(*) from feed_class s where {ACTIVE}"
        " and not exists (select from placed_org o where o.sourced_id = s.org)",
    )
    odd = await work.connection.fetchval(
        "select count(*) from stage_class where class_type not in ('homeroom', 'scheduled')"
    )
    if odd:
        work.warnings.add(f"classes.csv: {odd} have a class type that OneRoster does not know")
    known = work.unless_bulk(
        CLASS,
        "select c.id, c.location_number, c.school_year from sis.class c"
        f" where c.configuration_id = {CONFIGURATION} and c.removed_at is null"
        " and not exists (select from feed_class f where f.sourced_id = c.id)",
    )
    await work.run(
        "create temporary table known_class as"
        f" select id, location_number, school_year from stage_class{known}"
    )
    await work.analyze("stage_class", "known_class")


async def place_memberships(work: FeedWork) -> None:
    """Enrolments at locations and staff memberships: who × org × school year."""
    if work.feed.memberships == USER:
        await _read_roles_of_users(work)
    await _know_users(work)
    await _find_memberships(work)
    await _stage_memberships(work)
    await work.skip(
        "roles at organisations outside the configuration",
        f"select count(*) from feed_role s where {ACTIVE}"
        f" and lower(s.role) not in ({GUARDIAN_ROLES})"
        " and not exists (select from placed_org o where o.sourced_id = s.org)",
    )


async def _read_roles_of_users(work: FeedWork) -> None:
    """Files without roles of their own name orgs beside the user."""
    await work.run(
        "insert into feed_role (line, user_id, status, role, org)"
        " select s.line, s.sourced_id, s.status, s.role, trim(one) from feed_user s,"
        " unnest(string_to_array(s.orgs, ',')) one where trim(one) <> ''"
    )
    await work.analyze("feed_role")


async def _know_users(work: FeedWork) -> None:
    """Who is in the file or, in a delta, stored; and in which years their classes are."""
    known_user = work.unless_bulk(
        USER,
        "select p.id from sis.person p"
        f" where p.configuration_id = {CONFIGURATION} and p.removed_at is null"
        " and not exists (select from feed_user f where f.sourced_id = p.id)",
    )
    await work.run(
        "create temporary table known_user as select s.sourced_id as id"
        f" from feed_user s where {ACTIVE}{known_user}"
    )
    await work.analyze("known_user")
    await work.run(
        "create temporary table class_year as"
        " select distinct s.user_id, k.location_number, k.school_year from feed_enrollment s"
        f" join known_class k on k.id = s.class_id where {ACTIVE}"
        + work.unless_bulk(ENROLLMENT, _stored_class_years())
    )
    await work.analyze("class_year")


async def _find_memberships(work: FeedWork) -> None:
    await work.run(
        "create temporary table membership as"
        " select r.line, r.user_id, r.org, r.school_number, r.student, r.is_primary, r.end_date,"
        " y.sourced_id as school_year, coalesce(r.start_date, least(y.start_date, r.end_date))"
        " as start_date, r.grade, r.role"
        " from (select s.line, s.user_id, s.org, o.school_number, s.grade, s.role,"
        "  lower(s.role) = 'student' as student, s.start_date, s.end_date,"
        "  coalesce(s.is_primary, lower(s.role_type) = 'primary', s.org = u.primary_org, false)"
        "  as is_primary, coalesce(y.school_year, c.school_year, d.sourced_id) as school_year"
        "  from feed_role s join placed_org o on o.sourced_id = s.org"
        "  join known_user k on k.id = s.user_id"
        "  left join feed_user u on u.sourced_id = s.user_id"
        "  left join session_year y on y.session = s.session"
        "  left join class_year c on y.session is null and c.user_id = s.user_id"
        "  and c.location_number = s.org"
        f"  cross join default_year d where {ACTIVE}"
        f"  and lower(s.role) not in ({GUARDIAN_ROLES})) r"
        " join known_year y on y.sourced_id = r.school_year"
    )
    await work.analyze("membership")


async def _stage_memberships(work: FeedWork) -> None:
    key = "user_id, school_number, org, school_year, start_date"
    await work.run(
        "insert into stage_enrolment (line, person_id, school_number, location_number,"
        f" school_year, start_date, end_date) select distinct on ({key}) line, {key}, end_date"
        f" from membership where student order by {key}, end_date desc nulls first"
    )
    await work.run(
        "insert into stage_staff (line, person_id, school_number, location_number,"
        f" school_year, start_date, end_date, is_primary, roles) select distinct on ({key})"
        f" line, {key}, end_date, is_primary, roles from membership join ("
        f" select {key}, array_agg(role order by of_primary desc, lower(role), role) as roles"
        f" from (select {key}, role, bool_or(is_primary) as of_primary from membership"
        f"  where not student group by {key}, role) word group by {key}) words using ({key})"
        f" where not student order by {key}, is_primary desc, end_date desc nulls first"
    )


def _stored_class_years() -> str:
    return " union all ".join(
        f"select e.person_id, k.location_number, k.school_year from sis.{table} e"
        f" join known_class k on k.id = e.class_id where e.configuration_id = {CONFIGURATION}"
        " and e.removed_at is null and not exists (select from feed_enrollment f"
        " where f.sourced_id = e.sourced_id)"
        for table in ("class_enrolment", "class_duty")
    )


async def stage_class_rows(work: FeedWork) -> None:
    rows = (
        " from feed_enrollment s join known_class k on k.id = s.class_id"
        " join known_year y on y.sourced_id = k.school_year"
        f" join known_person p on p.id = s.user_id where {ACTIVE}"
    )
    start = "coalesce(s.start_date, least(y.start_date, s.end_date))"
    sourced_id = "coalesce(s.sourced_id, '')"
    await work.run(
        "insert into stage_class_enrolment (line, person_id, class_id, start_date, sourced_id,"
        f" end_date) select distinct on (s.user_id, s.class_id, {start}, {sourced_id})"
        f" s.line, s.user_id, s.class_id, {start}, {sourced_id}, s.end_date{rows}"
        " and lower(s.role) = 'student'"
        f" order by s.user_id, s.class_id, {start}, {sourced_id}, s.end_date desc nulls first"
    )
    teaching = "'teacher'" if work.feed.format is Format.ONEROSTER else _TEACHING
    await work.run(
        "insert into stage_class_duty (line, person_id, class_id, duty, start_date, sourced_id,"
        f" end_date) select distinct on (s.user_id, s.class_id, {start}, {sourced_id})"
        f" s.line, s.user_id, s.class_id, 2, {start}, {sourced_id}, s.end_date{rows}"
        f" and lower(s.role) in ({teaching})"
        f" order by s.user_id, s.class_id, {start}, {sourced_id}, s.end_date desc nulls first"
    )
    await work.analyze("stage_class_enrolment", "stage_class_duty")
    used = f"lower(s.role) in ('student', {teaching})"
    await work.skip(
        "enrollments in other roles than student and teacher",
        f"select count(*) from feed_enrollment s where {ACTIVE} and not {used}",
    )
    await work.skip(
        "enrollments of classes or users outside the configuration",
        f"select count(*) from feed_enrollment s where {ACTIVE} and {used} and not ("
        " exists (select from known_class k where k.id = s.class_id)"
        " and exists (select from known_person p where p.id = s.user_id))",
    )
