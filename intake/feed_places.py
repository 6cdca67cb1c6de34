"""Where a feed's orgs and sessions lie: the schools, locations, school years and terms of `sis`."""

# ruff: noqa: S608 - table and column names come from this package's own declarations.

from intake.faults import BundleRefused, Fault
from intake.feed import ACTIVE, ORG, SESSION
from intake.feed_work import CONFIGURATION, FeedWork, label_of, quoted
from intake.formats import Format


async def place_orgs(work: FeedWork) -> None:
    """Which org belongs to which school: the nearest parent's identifier, else its own."""
    await _know_orgs(work)
    is_location = (
        f"o.type in ({quoted(work.feed.location_types)})"
        if work.feed.location_types is not None
        else f"o.type not in ({quoted(work.feed.umbrella_types)})"
    )
    await _find_schools(work, is_location)
    await work.skip(
        "organisations that belong to no school of the configuration",
        f"select count(*) from feed_org s join known_org o using (sourced_id) where {is_location}"
        " and not exists (select from placed_org p where p.sourced_id = o.sourced_id)",
    )
    await _stage_places(work)
    if work.feed.is_bulk(ORG):
        await _warn_of_orphans(work)


async def _know_orgs(work: FeedWork) -> None:
    """The file's orgs, and in a delta those stored."""
    known = work.unless_bulk(
        ORG,
        "select l.sourced_id, coalesce(l.served_name, l.name), lower(l.type), null,"
        " l.parent_sourced_id, l.school_number from sis.location l"
        f" where l.configuration_id = {CONFIGURATION} and l.removed_at is null"
        " and not exists (select from feed_org f where f.sourced_id = l.sourced_id)",
    )
    # A delta repeats an org, not its parents: unmoved, it stays with its school.
    unmoved = (
        "null::text"
        if work.feed.is_bulk(ORG)
        else "(select l.school_number from sis.location l where l.configuration_id ="
        f" {CONFIGURATION} and l.removed_at is null and l.sourced_id = s.sourced_id"
        " and l.parent_sourced_id is not distinct from s.parent)"
    )
    await work.run(
        "create temporary table known_org as"
        " select s.sourced_id, s.name, lower(s.type) as type, s.identifier, s.parent,"
        f" {unmoved} as school_number from feed_org s where {ACTIVE}{known}"
    )


async def _find_schools(work: FeedWork, is_location: str) -> None:
    """Of each location the school; raises `BundleRefused` where there is none for any."""
    await work.run(
        "create temporary table placed_org as with recursive up as ("
        " select o.sourced_id, o.sourced_id as ancestor, 0 as depth from known_org o"
        f" where {is_location}"
        " union all select up.sourced_id, o.parent, up.depth + 1 from up"
        " join known_org o on o.sourced_id = up.ancestor"
        " where o.parent is not null and up.depth < 20"
        "), candidate as ("
        " select up.sourced_id, a.school_number as number, null as name, up.depth as rank"
        " from up join known_org a on a.sourced_id = up.ancestor"
        " union all select up.sourced_id, a.identifier, a.name,"
        " case when up.depth = 0 then 100 else up.depth end"
        " from up join known_org a on a.sourced_id = up.ancestor"
        " union all select up.sourced_id, a.sourced_id, a.name, 200 + up.depth"
        " from up join known_org a on a.sourced_id = up.ancestor)"
        " select distinct on (c.sourced_id) c.sourced_id, c.number as school_number, c.name"
        " from candidate c join access.school k on k.number = c.number"
        f" and k.configuration_id = {CONFIGURATION} order by c.sourced_id, c.rank"
    )
    if not await work.connection.fetchval("select exists (select from placed_org)"):
        raise BundleRefused(
            [
                Fault(
                    "orgs.csv",
                    None,
                    None,
                    "no organisation here belongs to a school of the configuration "
                    f"{work.feed.configuration.name}: apply one with its schools first",
                )
            ]
        )


async def _stage_places(work: FeedWork) -> None:
    renamed = (
        ""
        if work.feed.is_bulk(ORG)
        else (
            " and not exists (select from sis.school k where k.number = p.school_number"
            f" and k.configuration_id = {CONFIGURATION} and k.removed_at is null)"
        )
    )
    await work.run(
        "insert into stage_school (line, number, name) select distinct on (p.school_number)"
        " f.line, p.school_number, p.name from placed_org p join feed_org f using (sourced_id)"
        f" where p.name is not null{renamed} order by p.school_number, p.sourced_id"
    )
    await work.run(
        "insert into stage_location (line, school_number, number, name, active, sourced_id,"
        " identifier, parent_sourced_id, type, served_name)"
        " select s.line, p.school_number, s.sourced_id, s.name, true, s.sourced_id,"
        " coalesce(s.identifier, s.sourced_id), s.parent, s.type, s.name"
        " from feed_org s join placed_org p using (sourced_id)"
    )
    await work.run(
        "insert into scope_school select distinct t.configuration_id, p.school_number"
        " from placed_org p cross join touched t"
    )


async def _warn_of_orphans(work: FeedWork) -> None:
    orphans = await work.connection.fetchval(
        f"select count(*) from feed_org s where {ACTIVE} and s.parent is not null"
        " and not exists (select from feed_org o where o.sourced_id = s.parent)"
    )
    if orphans:
        work.warnings.add(f"orgs.csv: {orphans} have a parent that is not in the file")


async def place_sessions(work: FeedWork) -> None:
    """School years, and of every other session the school year it lies in."""
    await work.run(
        "insert into stage_school_year (line, sourced_id, label, title, start_date, end_date)"
        f" select s.line, s.sourced_id, {label_of('extract(year from s.end_date)')}, s.title,"
        f" s.start_date, s.end_date from feed_session s where {ACTIVE}"
        " and lower(s.type) = 'schoolyear'"
    )
    known = work.unless_bulk(
        SESSION,
        "select y.sourced_id, y.label, y.start_date, y.end_date from sis.school_year y"
        f" where y.configuration_id = {CONFIGURATION} and y.removed_at is null"
        " and not exists (select from feed_session f where f.sourced_id = y.sourced_id)",
    )
    await work.run(
        "create temporary table known_year as select sourced_id, label, start_date, end_date"
        f" from stage_school_year{known}"
    )
    await _know_inner_sessions(work)
    await _find_years(work)
    await _name_missing_years(work)
    await work.run(
        "insert into stage_term (line, sourced_id, title, type, start_date, end_date,"
        " parent_sourced_id, school_year_label)"
        " select s.line, s.sourced_id, coalesce(s.title, s.sourced_id),"
        " case lower(s.type) when 'gradingperiod' then 'gradingPeriod' when 'term' then 'term'"
        " when 'semester' then 'semester' else s.type end,"
        " s.start_date, s.end_date, s.parent, k.label from inner_session s"
        " join session_year y on y.session = s.sourced_id"
        " join known_year k on k.sourced_id = y.school_year"
    )
    if not work.feed.is_bulk(SESSION):
        await work.run(
            "insert into session_year select distinct on (t.sourced_id) t.sourced_id,"
            " k.sourced_id from sis.term t join known_year k on k.label = t.school_year_label"
            f" where t.configuration_id = {CONFIGURATION} and t.removed_at is null"
            " and not exists (select from session_year y where y.session = t.sourced_id)"
            " order by t.sourced_id, k.start_date"
        )


async def _know_inner_sessions(work: FeedWork) -> None:
    """Terms, semesters and grading periods, with the label of the year they seem to lie in."""
    started = "extract(year from s.start_date) + (extract(month from s.start_date) >= 8)::int"
    # School Data Sync's schoolYear is the year it starts in; OneRoster's, the one it ends in.
    ends = (
        f"case when s.school_year ~ '^[0-9]{{4}}$' then s.school_year::int else {started} end"
        if work.feed.format is Format.ONEROSTER
        else started
    )
    await work.run(
        "create temporary table inner_session as select s.line, s.sourced_id, s.title, s.type,"
        f" s.start_date, s.end_date, s.parent, s.school_year, {label_of(ends)} as label"
        f" from feed_session s where {ACTIVE} and lower(s.type) <> 'schoolyear'"
    )


async def _find_years(work: FeedWork) -> None:
    """Of each the school year: by its parents, its `schoolYear`, its dates or its label."""
    await work.run(
        "create temporary table session_year as"
        " select sourced_id as session, sourced_id as school_year from known_year"
    )
    shortest = "order by k.end_date - k.start_date, k.sourced_id limit 1"
    await work.run(
        "with recursive up as ("
        " select sourced_id, parent, 0 as depth from inner_session"
        " union all select up.sourced_id, p.parent, up.depth + 1 from up"
        " join inner_session p on p.sourced_id = up.parent where up.depth < 10)"
        " insert into session_year select s.sourced_id, coalesce("
        " (select k.sourced_id from up join known_year k on k.sourced_id = up.parent"
        "  where up.sourced_id = s.sourced_id order by up.depth limit 1),"
        " (select k.sourced_id from feed_session f join known_year k using (sourced_id)"
        f"  where f.school_year = s.school_year {shortest}),"
        " (select k.sourced_id from known_year k where k.start_date <= s.start_date"
        f"  and k.end_date >= s.end_date {shortest}),"
        f" (select k.sourced_id from known_year k where k.label = s.label {shortest}))"
        " from inner_session s"
    )


async def _name_missing_years(work: FeedWork) -> None:
    """A file with terms only gives the school year that they name; without any, the active one."""
    await work.run(
        "insert into stage_school_year (line, sourced_id, label, start_date, end_date)"
        " select min(s.line), s.label, s.label, min(s.start_date), max(s.end_date)"
        " from inner_session s join session_year y on y.session = s.sourced_id"
        " where y.school_year is null group by s.label"
    )
    label = work.feed.configuration.active_school_year
    none = await work.connection.fetchval(
        "select not exists (select from stage_school_year) and not exists (select from known_year)"
    )
    if none:
        await work.run(
            "insert into stage_school_year (line, sourced_id, label, start_date, end_date)"
            f" values (1, '{label}', '{label}', '{label[:4]}-09-01',"
            f" make_date({label[:4]} + 1, 6, 30))"
        )
        work.warnings.add(
            f"no school year is in the files: taken for {label}, 1 September to 30 June"
        )
    await work.run(
        "insert into known_year select s.sourced_id, s.label, s.start_date, s.end_date"
        " from stage_school_year s"
        " where not exists (select from known_year k where k.sourced_id = s.sourced_id)"
    )
    await work.run(
        "update session_year y set school_year = s.label from inner_session s"
        " where s.sourced_id = y.session and y.school_year is null"
    )
    await work.run(
        "create temporary table default_year as select k.* from known_year k"
        f" order by k.label = '{label}' desc, k.end_date desc, k.start_date, k.sourced_id limit 1"
    )
