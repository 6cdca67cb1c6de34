"""A feed's persons, and of users what is skipped."""

# ruff: noqa: S608 - table and column names come from this package's own declarations.

from intake.feed import ACTIVE, DEMOGRAPHICS, FLAG, GUARDIAN_ROLES, USER
from intake.feed_work import CONFIGURATION, FeedWork, comma_list
from intake.formats import Format


async def stage_persons(work: FeedWork) -> None:
    choices = work.feed.configuration
    stored = (
        f"left join sis.person p on p.configuration_id = {CONFIGURATION} and p.id = s.sourced_id"
    )
    taken = "exists (select from membership m where m.user_id = s.sourced_id)"
    if not work.feed.is_bulk(work.feed.memberships):
        taken = f"({taken} or p.removed_at is null and p.id is not null)"
    birth_date = "null::date"
    if choices.keep_demographics:
        kept = "null" if work.feed.is_bulk(DEMOGRAPHICS) else "p.birth_date"
        birth_date = f"coalesce(d.birth_date, {kept})"
    await work.run(
        "insert into stage_person (line, id, given_name, family_name, birth_date, identifier,"
        " source_username, middle_name, email, phone, sms, grades, user_flags)"
        f" select s.line, s.sourced_id, s.given_name, s.family_name, {birth_date}, s.identifier,"
        f" {'s.username' if choices.take_over_usernames else 'null'}, s.middle_name, s.email,"
        f" s.phone, s.sms, {_grades(work)}, {_flags(work)} from feed_user s {stored}"
        " left join feed_demographics d on d.user_id = s.sourced_id"
        f" and d.status is distinct from 'tobedeleted' where {ACTIVE} and {taken}"
    )
    await work.analyze("stage_person")
    known = work.unless_bulk(
        USER,
        "select p.id from sis.person p"
        f" where p.configuration_id = {CONFIGURATION} and p.removed_at is null"
        " and not exists (select from feed_user f where f.sourced_id = p.id)",
    )
    await work.run(f"create temporary table known_person as select id from stage_person{known}")
    await work.analyze("known_person")
    await _stage_birth_dates_alone(work)
    await _count_users(work)


async def _stage_birth_dates_alone(work: FeedWork) -> None:
    """Demographics of persons who are not in the file's users."""
    if not work.feed.configuration.keep_demographics or work.feed.is_bulk(USER):
        return
    columns = (
        "id, given_name, family_name, identifier, source_username, middle_name, email, phone,"
        " sms, grades, user_flags"
    )
    await work.run(
        f"insert into stage_person (line, birth_date, {columns})"
        " select s.line, s.birth_date, p.id, p.given_name, p.family_name, p.identifier,"
        " p.source_username, p.middle_name, p.email, p.phone, p.sms, p.grades, p.user_flags"
        " from feed_demographics s join sis.person p on p.id = s.user_id"
        f" and p.configuration_id = {CONFIGURATION} and p.removed_at is null where {ACTIVE}"
        " and not exists (select from feed_user f where f.sourced_id = p.id)"
    )


def _grades(work: FeedWork) -> str:
    if work.feed.format is Format.ONEROSTER:
        return comma_list("s.grades")
    return (
        "coalesce((select array_agg(distinct m.grade order by m.grade) from membership m"
        " where m.user_id = s.sourced_id and m.student and m.grade is not null), '{}')"
    )


def _flags(work: FeedWork) -> str:
    if not work.feed.configuration.keep_user_flags:
        return "'{}'::text[]"
    if work.feed.format is Format.ONEROSTER:
        return comma_list("s.user_flags")
    if FLAG not in work.feed.specs:
        return "coalesce(p.user_flags, '{}')"
    return (
        "coalesce((select array_agg(distinct f.flag order by f.flag) from feed_flag f"
        " where f.user_id = s.sourced_id), '{}')"
    )


async def _count_users(work: FeedWork) -> None:
    choices = work.feed.configuration
    if choices.take_over_usernames:
        await _warn_of_stripped_domains(work)
    else:
        await work.skip(
            "usernames (the configuration ignores the source's)",
            "select count(*) from feed_user s join stage_person p on p.id = s.sourced_id"
            " where s.username is not null",
        )
    if not choices.keep_user_flags:
        await work.skip(
            "user flags (the configuration does not keep them)",
            "select count(*) from feed_user where user_flags is not null",
        )
    await work.skip(
        "users without a role at a location of the configuration",
        f"select count(*) from feed_user s where {ACTIVE}"
        " and not exists (select from known_person p where p.id = s.sourced_id)"
        f" and not ({is_guardian(work)})",
    )


async def _warn_of_stripped_domains(work: FeedWork) -> None:
    """Whoever is staff, also beside being a pupil, goes by the policy for staff."""
    of = work.feed.configuration
    staff = "exists (select from membership m where m.user_id = s.id and not m.student)"
    if not work.feed.is_bulk(work.feed.memberships):
        staff += (
            " or not exists (select from membership m where m.user_id = s.id) and exists ("
            f" select from sis.staff t where t.configuration_id = {CONFIGURATION}"
            " and t.person_id = s.id and t.removed_at is null)"
        )
    number = await work.connection.fetchval(
        "select count(*) from stage_person s where split_part(s.source_username, '@', 2) <> ''"
        f" and case when {staff} then $1::boolean else $2::boolean end",
        of.strip_staff_domains,
        of.strip_student_domains,
    )
    if number:
        work.warnings.add(
            f"users.csv: {number} usernames hold a domain; the tenant assigns it, so it is taken off"
        )


def is_guardian_too(work: FeedWork) -> str:
    """Of a user `s`: guardian-like, whatever else (a parent who teaches).

    In 1.1 a user has one role; that a pupil names a teacher as agent makes no guardian of him.
    """
    if work.feed.format is Format.SDS:
        return "exists (select from feed_agent a where a.agent = s.sourced_id)"
    # Of whom a delta tells no role, the last one stands.
    return (
        f"(lower(s.role) in ({GUARDIAN_ROLES})"
        " or exists (select from feed_role r where r.user_id = s.sourced_id"
        f" and lower(r.role) in ({GUARDIAN_ROLES})"
        " and r.status is distinct from 'tobedeleted' and r.status is distinct from 'inactive')"
        " or s.role is null and not exists (select from feed_role r where r.user_id = s.sourced_id)"
        f" and exists (select from sis.guardian g where g.configuration_id = {CONFIGURATION}"
        " and g.id = s.sourced_id and g.removed_at is null))"
    )


def is_guardian(work: FeedWork) -> str:
    """Of a user `s`: guardian-like, and nothing else."""
    words = "coalesce(lower(s.role), 'guardian')"
    relation = (
        "false"
        if work.feed.format is Format.ONEROSTER
        else "exists (select from feed_agent a where a.agent = s.sourced_id)"
    )
    by_role = (
        f"{words} in ({GUARDIAN_ROLES})"
        if work.feed.memberships == USER
        else "exists (select from feed_role r where r.user_id = s.sourced_id)"
    )
    if work.feed.format is Format.SDS:
        # Contacts have no role at an organisation there.
        by_role = "true" if not work.feed.configuration.keep_guardians else relation
    return (
        f"{by_role} and not exists (select from feed_role r where r.user_id = s.sourced_id"
        f" and lower(r.role) not in ({GUARDIAN_ROLES}))"
    )
