"""Names that differ in punctuation alone, among many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from services.username_engine.engine.local_parts import ALLOWED, PUNCTUATION
from services.username_engine.usernames.folded_twins import bare, has_folded_twin
from shared.database import Database
from shared.tables import usernames
from tests.arranging import new_configuration

_NAMES = """
    insert into usernames.username (configuration_id, person_id, local_part, sync, rule, revision)
    select :id, 'p' || n,
        chr(97 + n % 26) || chr(97 + n / 26 % 26) || n || '.maes', false, 'test', 1
    from generate_series(1, :count) n
"""


@given(st.text(st.sampled_from("abAB12" + PUNCTUATION)))
def test_the_bare_form_keeps_letters_and_digits_alone(name: str) -> None:
    assert bare(name) == "".join(letter for letter in name.lower() if letter.isalnum())


async def test_the_database_makes_the_same_form_of_every_character(owner: Database) -> None:
    configuration = await new_configuration(owner)
    # Each with its own number, since two that differ in case are one name.
    names = [f"{ord(each)}{each}" for each in sorted(ALLOWED)] + ["".join(sorted(ALLOWED))]
    name = usernames.username.c
    rows = [
        {
            "configuration_id": configuration.id,
            "person_id": local_part,
            "local_part": local_part,
            "sync": False,
            "rule": "test",
            "revision": 1,
        }
        for local_part in names
    ]
    async with owner.transaction() as connection:
        await connection.execute(insert(usernames.username), rows)
        found = await connection.execute(
            select(name.local_part, name.bare).where(name.configuration_id == configuration.id)
        )
        stored = {local_part: form for local_part, form in found}  # noqa: C416 - rows
    assert stored == {each: bare(each) for each in names}


@pytest.mark.parametrize(
    ("typed", "twin"),
    [
        ("bb27maes", True),
        ("b-b27.maes", True),
        ("'BB27.maes", True),
        ("bb27.maes2", False),
        ("bb27.maes", False),
        ("---", False),
    ],
)
async def test_it_is_found_among_many_without_looking_at_all(
    owner: Database, engine_database: Database, typed: str, twin: bool
) -> None:
    """`bb27.maes` itself is in use, which is another matter."""
    configuration = await new_configuration(owner)
    async with owner.transaction() as connection:
        await connection.execute(text(_NAMES), {"id": configuration.id, "count": 2_000})

    async with engine_database.transaction() as connection:
        assert await has_folded_twin(connection, configuration.id, "somebody", typed) is twin
        assert not await has_folded_twin(connection, configuration.id, "p27", typed)


async def test_one_is_not_ones_own_twin(owner: Database, engine_database: Database) -> None:
    configuration = await new_configuration(owner)
    other = await new_configuration(owner)
    for each in (configuration, other):
        async with owner.transaction() as connection:
            await connection.execute(text(_NAMES), {"id": each.id, "count": 27})

    async with engine_database.transaction() as connection:
        assert not await has_folded_twin(connection, configuration.id, "p27", "bb27maes")
