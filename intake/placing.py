"""Which configuration each staged row goes to, and the lock under which it goes there.

Temporary tables: `touched` (configuration_id, its new revision), `taken` (its schools), `member`
(its persons), `class_place` (its classes), and the scope within which missing rows are removed.
"""

# ruff: noqa: S608 - table and column names are this module's own.

from collections.abc import Sequence

from intake.configurations import APPLY_FIRST, Configuration, Connection
from intake.faults import BundleRefused, Fault
from intake.scopes import STATEMENTS


async def create_places(connection: Connection) -> None:
    await connection.execute(
        "create temporary table taken (configuration_id integer, school_number text);"
        "create temporary table scope_school (configuration_id integer, school_number text);"
        "create temporary table scope_label (configuration_id integer, label text)"
    )


async def take_schools(
    connection: Connection,
    configurations: Sequence[Configuration],
    chosen: Configuration | None,
) -> list[Configuration]:
    """The configurations of a native bundle's schools; a chosen one narrows them to itself."""
    rows = await connection.fetch(
        "insert into taken select a.configuration_id, a.number from stage_school s"
        " join access.school a on a.number = s.number"
        " where $1::integer is null or a.configuration_id = $1 returning configuration_id",
        chosen.id if chosen else None,
    )
    ids = {row[0] for row in rows}
    if not ids:
        text = (
            f"no school of this bundle belongs to the configuration {chosen.name}: "
            "apply it with its schools first (rosterbridge configuration apply FILE.toml)"
            if chosen
            else APPLY_FIRST
        )
        raise BundleRefused([Fault("schools.csv", None, "number", text)])
    return [one for one in configurations if one.id in ids]


async def lock(connection: Connection, configurations: Sequence[Configuration]) -> None:
    """Writers of a configuration take turns; in the order of ids, so that none wait in a ring."""
    ids = [one.id for one in configurations]
    await connection.execute(
        "insert into sis.revision (configuration_id, revision)"
        " select id, 0 from unnest($1::integer[]) id order by id on conflict do nothing",
        ids,
    )
    await connection.execute(
        "select from sis.revision where configuration_id = any($1)"
        " order by configuration_id for update",
        ids,
    )
    await connection.execute(
        "create temporary table touched (configuration_id integer, revision bigint)"
    )
    await connection.execute(
        "insert into touched select configuration_id, revision + 1 from sis.revision"
        " where configuration_id = any($1)",
        ids,
    )
    await connection.execute("analyze touched")


async def place_natively(connection: Connection) -> None:
    """A configuration's persons are those with an enrolment or a staff row at its schools."""
    await connection.execute(
        "insert into scope_school select configuration_id, school_number from taken;"
        "insert into scope_label select t.configuration_id, s.label"
        " from stage_school_year s cross join touched t;"
        "create temporary table member as"
        " select t.configuration_id, s.person_id from stage_enrolment s"
        " join taken t using (school_number)"
        " union select t.configuration_id, s.person_id from stage_staff s"
        " join taken t using (school_number);"
        "create temporary table class_place as select t.configuration_id, s.id as class_id"
        " from stage_class s join taken t using (school_number)"
    )
    await _set_scopes(connection)


async def place_feed(connection: Connection) -> None:
    """The mapping took what belongs to the configuration; a delta refers to what `sis` holds too."""
    await connection.execute(
        "insert into taken select t.configuration_id, a.number from access.school a"
        " join touched t using (configuration_id);"
        "create temporary table member as"
        " select t.configuration_id, s.id as person_id from known_person s cross join touched t;"
        "create temporary table class_place as"
        " select t.configuration_id, s.id as class_id from known_class s cross join touched t"
    )
    await _set_scopes(connection)


async def _set_scopes(connection: Connection) -> None:
    for table in ("taken", "scope_school", "scope_label", "member", "class_place"):
        await connection.execute(f"analyze {table}")
    for statement in STATEMENTS:
        await connection.execute(statement)


async def rows_left_out(connection: Connection) -> list[tuple[str, int]]:
    """Native rows of schools that belong to no configuration, or to another than the chosen."""
    by_school = (
        f"select '{name}', count(*) from stage_{name} s"
        f" where not exists (select from taken t where t.school_number = s.{column})"
        for name, column in (
            ("school", "number"),
            ("location", "school_number"),
            ("class", "school_number"),
            ("enrolment", "school_number"),
            ("staff", "school_number"),
        )
    )
    by_class = (
        f"select '{name}', count(*) from stage_{name} s"
        " where not exists (select from class_place p where p.class_id = s.class_id)"
        for name in ("class_enrolment", "class_duty")
    )
    by_person = (
        (
            "select 'person', count(*) from stage_person s"
            " where not exists (select from member m where m.person_id = s.id)"
        ),
    )
    strangers = (
        f"select '{name} of a person without enrolment or staff row', count(*) from stage_{name} s"
        " join class_place p on p.class_id = s.class_id where not exists (select from member m"
        " where m.person_id = s.person_id and m.configuration_id = p.configuration_id)"
        for name in ("class_enrolment", "class_duty")
    )
    queries = " union all ".join((*by_school, *by_class, *by_person, *strangers))
    return [
        (
            name.replace("_", " ") + ("" if " " in name else " rows outside the configurations"),
            number,
        )
        for name, number in await connection.fetch(queries)
    ]
