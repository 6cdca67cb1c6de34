from datetime import timedelta

import pytest

from services.username_engine.engine.messages import MessageCode
from services.username_engine.engine.validation import UsernameError
from services.username_engine.errors import (
    NotYetEditableError,
    NoUsernameError,
    VersionConflictError,
)
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.editing import Edited, edit_username
from shared.database import Database
from tests.arranging import (
    Arranged,
    Place,
    add_location,
    add_school,
    add_staff,
    add_student,
    new_configuration,
)
from tests.username_engine.looking import AUTUMN, history_of, names_of, revision_of

TOMORROW = AUTUMN.today() + timedelta(days=1)


async def arranged(owner: Database, policy: str = "tenant") -> tuple[Arranged, Place]:
    configuration = await new_configuration(
        owner, student_domain_policy=policy, staff_domain_policy=policy
    )
    school = await add_school(
        owner, configuration, staff_domain="staff.be", student_domain="school.be"
    )
    return configuration, await add_location(owner, configuration, school)


async def edit(
    engine_database: Database,
    configuration: Arranged,
    person: str,
    typed: str,
    *,
    expected_version: int | None = None,
    future_students: bool = False,
) -> Edited:
    await create_missing(engine_database, AUTUMN, configuration.id)
    return await edit_username(
        engine_database,
        AUTUMN,
        configuration.id,
        person,
        typed,
        actor="operator",
        expected_version=expected_version,
        future_students=future_students,
    )


async def test_a_name_is_saved_as_typed_with_version_and_history(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place, "🎓", "🎓")

    done = await edit(engine_database, configuration, person, " b.bal_EX ")

    assert (str(done.username), done.version, done.changed) == ("b.bal_EX", 2, True)
    name = (await names_of(owner, configuration))[person]
    assert (name.local_part, name.rule, name.flags) == ("b.bal_EX", "edited", [])
    assert name.revision == await revision_of(owner, configuration)
    kind, actor, _, after = (await history_of(owner, configuration, person))[-1]
    assert (kind, actor, after["local_part"]) == ("edited", "operator", "b.bal_EX")


async def test_the_same_name_again_changes_nothing(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    first = await edit(engine_database, configuration, person, "bert")
    before = await revision_of(owner, configuration)
    again = await edit(engine_database, configuration, person, "bert")
    assert (again.changed, again.version) == (False, first.version)
    assert await revision_of(owner, configuration) == before
    assert len(await history_of(owner, configuration, person)) == 2


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", MessageCode.EMPTY),
        ("b..bal", MessageCode.INVALID),
        ("b.bal@school.be", MessageCode.DOMAIN_NOT_ALLOWED),
        ("AN.DeSmet", MessageCode.TAKEN),
    ],
)
async def test_nothing_changes_on_an_error(
    owner: Database, engine_database: Database, typed: str, code: MessageCode
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    await add_staff(owner, configuration, place.school_number)
    await create_missing(engine_database, AUTUMN, configuration.id)
    before = (await names_of(owner, configuration), await revision_of(owner, configuration))

    with pytest.raises(UsernameError) as refused:
        await edit(engine_database, configuration, person, typed)

    assert (refused.value.code, refused.value.typed) == (code, typed)
    assert before == (await names_of(owner, configuration), await revision_of(owner, configuration))


async def test_another_persons_former_name_may_be_taken(
    owner: Database, engine_database: Database
) -> None:
    """Case 13: `b.bal` goes to Boris once Bart is `b.bal_EX`."""
    configuration, place = await arranged(owner)
    bart = await add_student(owner, configuration, place, "B", "Bal")
    boris = await add_student(owner, configuration, place, "Boris", "Bal")
    await edit(engine_database, configuration, bart, "b.bal_EX")
    assert (await edit(engine_database, configuration, boris, "b.bal")).changed


async def test_a_students_domain_is_fixed_by_typing_it_and_free_again_without(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner, "provider")
    person = await add_student(owner, configuration, place)
    fixed = await edit(engine_database, configuration, person, "bert@SCHOOL.be")
    assert (fixed.username.domain, fixed.warnings) == ("school.be", ())
    foreign = await edit(engine_database, configuration, person, "bert@elders.be")
    assert foreign.warnings == (MessageCode.DOMAIN_NOT_CONFIGURED,)
    assert (await edit(engine_database, configuration, person, "bert")).username.domain is None


async def test_staff_keep_a_domain_where_the_provider_assigns_it(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner, "provider")
    left = TOMORROW - timedelta(days=2)
    for end_date in (None, AUTUMN.today()):
        person = await add_staff(
            owner, configuration, place.school_number, start_date=left, end_date=end_date
        )
        with pytest.raises(UsernameError) as refused:
            await edit(engine_database, configuration, person, "an")
        assert refused.value.code is MessageCode.INVALID
        assert str(refused.value.proposal) == "an@staff.be"


async def test_an_editor_who_has_not_seen_the_present_version_is_told(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place)
    await edit(engine_database, configuration, person, "first", expected_version=1)
    with pytest.raises(VersionConflictError):
        await edit(engine_database, configuration, person, "second", expected_version=1)


async def test_a_future_students_name_is_for_operators_only(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    person = await add_student(owner, configuration, place, start_date=TOMORROW)
    with pytest.raises(NotYetEditableError):
        await edit(engine_database, configuration, person, "bert")
    assert (
        await edit(engine_database, configuration, person, "bert", future_students=True)
    ).changed


async def test_who_has_no_username_here_cannot_get_one_by_editing(
    owner: Database, engine_database: Database
) -> None:
    configuration, place = await arranged(owner)
    other, elsewhere = await arranged(owner)
    person = await add_student(owner, configuration, place)
    stranger = await add_student(owner, other, elsewhere)
    await edit(engine_database, configuration, person, "bert")
    with pytest.raises(NoUsernameError):
        await edit(engine_database, configuration, stranger, "stranger")
    # Another configuration's names are not in the way.
    assert (await edit(engine_database, other, stranger, "bert")).changed
