"""What a feed has beside the core: courses, guardians, demographics, where they may be kept."""

# ruff: noqa: S608 - table and column names come from this package's own declarations.

from intake.feed import (
    ACTIVE,
    AGENT,
    CLASS,
    DEMOGRAPHIC_FIELDS,
    DEMOGRAPHICS,
    ETHNICITIES,
    GUARDIAN_ROLES,
    USER,
)
from intake.feed_persons import is_guardian, is_guardian_too
from intake.feed_work import CONFIGURATION, FeedWork, comma_list, quoted
from intake.formats import Format


async def stage_courses(work: FeedWork) -> None:
    taken = (
        "(exists (select from known_class k join stage_class c on c.id = k.id"
        " where c.course_sourced_id = s.sourced_id)"
        " or exists (select from placed_org o where o.sourced_id = s.org))"
    )
    if not work.feed.is_bulk(CLASS):
        taken = (
            f"({taken} or exists (select from sis.course c where c.sourced_id = s.sourced_id"
            f" and c.configuration_id = {CONFIGURATION}))"
        )
    await work.run(
        "insert into stage_course (line, sourced_id, title, code, org_sourced_id,"
        " school_year_sourced_id, grades, subjects, subject_codes)"
        " select s.line, s.sourced_id, s.title, s.code, s.org, s.school_year,"
        f" {comma_list('s.grades')}, {comma_list('s.subjects')}, {comma_list('s.subject_codes')}"
        f" from feed_course s where {ACTIVE} and {taken}"
    )
    await work.skip(
        "courses of other schools",
        f"select count(*) from feed_course s where {ACTIVE} and not {taken}",
    )


async def stage_guardians(work: FeedWork) -> None:
    if not work.feed.configuration.keep_guardians:
        await work.skip(
            "guardians (the configuration does not keep them)",
            f"select count(*) from feed_user s where {ACTIVE} and {is_guardian(work)}",
        )
        return
    if work.feed.format is Format.ONEROSTER:
        await work.run(
            "insert into feed_agent (line, user_id, agent)"
            " select s.line, s.sourced_id, trim(one) from feed_user s,"
            f" unnest(string_to_array(s.agents, ',')) one where trim(one) <> '' and {ACTIVE}"
        )
    await work.analyze(AGENT)
    known = work.unless_bulk(
        USER,
        "select g.id from sis.guardian g"
        f" where g.configuration_id = {CONFIGURATION} and g.removed_at is null"
        " and not exists (select from feed_user f where f.sourced_id = g.id)",
    )
    await work.run(
        "create temporary table known_guardian as select s.sourced_id as id from feed_user s"
        f" where {ACTIVE} and ({is_guardian_too(work)} or {is_guardian(work)}"
        f" and not exists (select from known_person p where p.id = s.sourced_id)){known}"
    )
    # Real files list agents on the pupil's row, on the guardian's, or on both.
    await work.run(
        "insert into stage_guardianship (line, person_id, guardian_id)"
        " select min(line), person_id, guardian_id from ("
        " select a.line, a.user_id as person_id, a.agent as guardian_id from feed_agent a"
        " union all select a.line, a.agent, a.user_id from feed_agent a) pair"
        " where pair.person_id <> pair.guardian_id"
        " and exists (select from known_person p where p.id = pair.person_id)"
        " and exists (select from known_guardian g where g.id = pair.guardian_id)"
        " group by person_id, guardian_id"
    )
    await work.run(
        "insert into stage_guardian (line, id, given_name, family_name, role, identifier,"
        " source_username, email, phone, sms) select s.line, s.sourced_id, s.given_name,"
        " s.family_name, coalesce(lower(s.role), (select min(lower(r.role)) from feed_role r"
        f"  where r.user_id = s.sourced_id and lower(r.role) in ({GUARDIAN_ROLES})),"
        "  (select min(a.role) from feed_agent a where a.agent = s.sourced_id),"
        f"  (select o.role from sis.guardian o where o.configuration_id = {CONFIGURATION}"
        "  and o.id = s.sourced_id and o.removed_at is null), 'guardian'),"
        " s.identifier,"
        f" {'s.username' if work.feed.configuration.take_over_usernames else 'null'},"
        " s.email, s.phone, s.sms from feed_user s"
        f" join known_guardian g on g.id = s.sourced_id where {ACTIVE}"
        " and (exists (select from stage_guardianship p where p.guardian_id = s.sourced_id)"
        f" or exists (select from sis.guardian o where o.configuration_id = {CONFIGURATION}"
        " and o.id = s.sourced_id and o.removed_at is null"
        f" and {'false' if work.feed.is_bulk(USER) else 'true'}))"
    )
    await work.skip(
        "guardians of nobody in the configuration",
        "select count(*) from feed_user s join known_guardian g on g.id = s.sourced_id"
        " where not exists (select from stage_guardian t where t.id = s.sourced_id)",
    )


async def stage_demographics(work: FeedWork) -> None:
    if DEMOGRAPHICS not in work.feed.specs:
        return
    fields = ", ".join(
        f"""'{name}', {"s.birth_date::text" if name == "birthDate" else f's."{name}"'}"""
        for name in DEMOGRAPHIC_FIELDS
    )
    await work.run(
        "insert into stage_demographics (line, person_id, fields) select s.line, s.user_id,"
        f" jsonb_strip_nulls(jsonb_build_object({fields})) || coalesce((select"
        " jsonb_object_agg(trim(one), 'true') from"
        " unnest(string_to_array(concat_ws(',', s.ethnicities, s.races), ',')) one"
        f" where trim(one) in ({quoted(frozenset(ETHNICITIES))})), '{{}}')"
        " from feed_demographics s join known_person p on p.id = s.user_id"
        f" where {ACTIVE}"
    )
