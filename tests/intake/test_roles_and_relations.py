"""What a OneRoster or SDS file says of staff, guardians and demographics, in the terms of `sis`."""

import secrets
from pathlib import Path
from typing import Any

import pytest

from intake import BundleRefused, import_bundle
from shared.database import Database
from tests.intake.conftest import Configure, NativeBundle, TestConfiguration, rows_of, standing
from tests.intake.oneroster_files import OneRosterFiles, user
from tests.intake.test_oneroster_csv import KEEP_ALL, TODAY, run
from tests.intake.test_sds_csv import sds


def _role(files: OneRosterFiles, person: str, role: str, place: str, role_type: str = "") -> None:
    files["roles"].append(
        {
            "sourcedId": f"r-{person}-{place}-{role}",
            "userSourcedId": person,
            "role": role,
            "roleType": role_type,
            "orgSourcedId": place,
        }
    )


async def _staff_roles(owner: Database, to: TestConfiguration) -> dict[str, list[str]]:
    """By location, of all on staff."""
    return {row["location_number"]: row["roles"] for row in await standing(owner, "staff", to)}


async def _relations(owner: Database, to: TestConfiguration) -> set[tuple[str, str]]:
    """Child and guardian."""
    rows = await standing(owner, "guardianship", to)
    return {(row["person_id"], row["guardian_id"]) for row in rows}


@pytest.mark.parametrize(
    ("given", "kept"), [("ext:officeStaff", "officeStaff"), ("Principal", "Principal")]
)
@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_staff_keep_the_sources_own_word(
    version: str,
    given: str,
    kept: str,
    owner: Database,
    intake_database: Database,
    configure: Configure,
    tmp_path: Path,
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0], version)
    name = "users" if version == "1.1" else "roles"
    files.line(name, "s1" if version == "1.1" else "r-s1-east")["role"] = given

    await run(intake_database, files, tmp_path, to)

    assert await _staff_roles(owner, to) == {"east": [kept]}


async def test_several_roles_at_one_place_are_kept_the_primary_one_first(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure()
    files = OneRosterFiles(to.schools[0], "1.2")
    files.line("roles", "r-s1-east")["roleType"] = "secondary"
    _role(files, "s1", "principal", "east", "primary")
    _role(files, "s1", "aide", "east")
    _role(files, "s1", "proctor", "west")

    await run(intake_database, files, tmp_path, to)

    assert await _staff_roles(owner, to) == {
        "east": ["principal", "aide", "teacher"],
        "west": ["proctor"],
    }
    assert not (await run(intake_database, files, tmp_path, to)).changed


async def test_the_roles_of_sds_are_kept_and_a_native_bundle_has_none(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    prefix = secrets.token_hex(4)
    to = await configure(f"{prefix}col", f"{prefix}dep")
    await import_bundle(
        intake_database, sds(tmp_path / "sds", prefix), configuration=to.name, today=TODAY
    )
    assert [row["roles"] for row in await standing(owner, "staff", to)] == [["professor"]]

    native = await configure()
    bundle = NativeBundle(native.schools[0]).write(tmp_path / "native")
    await import_bundle(intake_database, bundle, configuration=native.name, today=TODAY)
    assert [row["roles"] for row in await standing(owner, "staff", native)] == [[]]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_a_guardian_keeps_the_identifier_of_the_source(
    version: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(**KEEP_ALL)

    await run(intake_database, OneRosterFiles(to.schools[0], version), tmp_path, to)

    (guardian,) = await standing(owner, "guardian", to)
    assert guardian["identifier"] == "id-g1"


async def test_a_teacher_who_is_a_parent_by_his_roles_is_a_guardian_too(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(**KEEP_ALL)
    files = OneRosterFiles(to.schools[0], "1.2")
    _role(files, "s1", "parent", "east")
    files.line("users", "p2")["agentSourcedIds"] = "s1"

    await run(intake_database, files, tmp_path, to)

    assert await _relations(owner, to) == {("p1", "g1"), ("p2", "s1")}
    guardians = {row["id"]: row["role"] for row in await standing(owner, "guardian", to)}
    assert guardians == {"g1": "guardian", "s1": "parent"}
    assert [row["person_id"] for row in await standing(owner, "staff", to)] == ["s1"]
    assert not (await run(intake_database, files, tmp_path, to)).changed

    files.files["roles"].pop()
    await run(intake_database, files, tmp_path, to)
    assert await _relations(owner, to) == {("p1", "g1")}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_a_teacher_whom_a_pupil_names_as_agent_is_no_guardian(
    version: str, owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    """Some systems list teachers there; enrollments say who teaches whom."""
    to = await configure(**KEEP_ALL)
    files = OneRosterFiles(to.schools[0], version)
    files.line("users", "p2")["agentSourcedIds"] = "s1"

    await run(intake_database, files, tmp_path, to)

    assert await _relations(owner, to) == {("p1", "g1")}


async def test_a_contact_of_sds_who_is_on_staff_is_a_guardian_too(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    prefix = secrets.token_hex(4)
    to = await configure(f"{prefix}col", f"{prefix}dep", **KEEP_ALL)
    folder = sds(tmp_path / "sds", prefix)
    (folder / "relationships.csv").write_text(
        "userSourcedId,relationshipUserSourcedId,relationshipRole\nu1,u2,parent\n",
        encoding="utf-8",
    )

    await import_bundle(intake_database, folder, configuration=to.name, today=TODAY)

    (guardian,) = await standing(owner, "guardian", to)
    assert (guardian["id"], guardian["role"]) == ("u2", "parent")
    assert await _relations(owner, to) == {("u1", "u2")}


async def test_a_delta_of_users_alone_leaves_a_guardian_a_guardian(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(**KEEP_ALL)
    files = OneRosterFiles(to.schools[0], "1.2")
    files.line("roles", "r-g1-east")["role"] = "parent"
    await run(intake_database, files, tmp_path, to)
    child, guardian = files.line("users", "p1"), files.line("users", "g1")
    files.delta(users=[child, {**guardian, "phone": "09 123"}])

    await run(intake_database, files, tmp_path, to)

    (row,) = await standing(owner, "guardian", to)
    assert (row["id"], row["role"], row["phone"]) == ("g1", "parent", "09 123")
    assert await _relations(owner, to) == {("p1", "g1")}


async def _fields(owner: Database, to: TestConfiguration) -> list[Any]:
    return [row["fields"] for row in await rows_of(owner, "demographics", to)]


async def test_demographics_are_kept_in_the_words_of_oneroster(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(**KEEP_ALL)
    files = OneRosterFiles(to.schools[0])
    files.headers["demographics"] += ["asian", "white"]
    files["demographics"][0] |= {"sex": "Female", "asian": "TRUE", "white": "False"}
    files["demographics"].append({"sourcedId": "p2", "sex": "X"})

    await run(intake_database, files, tmp_path, to)

    assert await _fields(owner, to) == [
        {"birthDate": "2012-03-04", "sex": "female", "asian": "true", "white": "false"},
        {"sex": "X"},
    ]


async def test_what_is_neither_true_nor_false_is_a_fault_that_does_not_tell_it(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(**KEEP_ALL)
    files = OneRosterFiles(to.schools[0])
    files.headers["demographics"].append("asian")
    files["demographics"][0]["asian"] = "perhaps"

    with pytest.raises(BundleRefused) as refused:
        await run(intake_database, files, tmp_path, to)

    (fault,) = refused.value.faults
    assert (fault.file, fault.line, fault.column) == ("demographics.csv", 2, "asian")
    assert (fault.expected, fault.found) == ("expected true or false", None)


async def test_a_guardians_name_and_identifier_are_blanked_with_the_rest(
    owner: Database, intake_database: Database, configure: Configure, tmp_path: Path
) -> None:
    to = await configure(**KEEP_ALL, usernames_from_source="take_over")
    files = OneRosterFiles(to.schools[0])
    files["users"].append(user("g2", "parent", "east", "Eva", "Bal", agentSourcedIds="p2"))
    await run(intake_database, files, tmp_path, to)
    assert len(await standing(owner, "guardian", to)) == 2
    async with owner.session_connection() as connection:
        await connection.execute(
            "update access.configuration set keep_guardians = false where id = $1", to.id
        )

    await run(intake_database, files, tmp_path, to)

    rows = await rows_of(owner, "guardian", to)
    for trace in ("id-g1", "g1@school.be", "Eva", "g2@"):
        assert trace not in str(rows)
    assert await standing(owner, "guardian", to) == []
