"""`fields`: what is left of the published objects."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.oneroster.publication.objects import Org
from services.oneroster.publication.rendering import BASE_URL_MARKER, Word
from services.oneroster.rostering.projection import project

SCHOOL = Org("o1", "Atheneum", Word("school", "school"), "001", parent="o/2").publish().body


def _objects(joined: bytes) -> list[dict[str, object]]:
    read: list[dict[str, object]] = orjson.loads(b"[" + joined.replace(b"\0", b"") + b"]")
    return read


def test_only_the_fields_that_are_asked_for_are_left() -> None:
    joined = project([SCHOOL, SCHOOL], ["name", "sourcedId", "children"])
    assert _objects(joined) == [{"sourcedId": "o1", "name": "Atheneum"}] * 2


def test_no_object_leaves_nothing() -> None:
    assert project([], ["name"]) == b""


def test_references_keep_the_mark_where_the_base_url_goes() -> None:
    joined = project([SCHOOL], ["parent"])
    assert joined.count(BASE_URL_MARKER) == 1
    served = joined.replace(BASE_URL_MARKER, b"https://sds.example.be/ims/oneroster/v1p1")
    assert orjson.loads(served)["parent"]["href"] == (
        "https://sds.example.be/ims/oneroster/v1p1/orgs/o%2F2"
    )


def test_a_body_whose_base_url_is_filled_in_already_is_projected_too() -> None:
    served = SCHOOL.replace(BASE_URL_MARKER, b"https://sds.example.be")
    assert project([served], ["sourcedId"]) == b'{"sourcedId":"o1"}'


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_texts_come_through_as_they_were(name: str) -> None:
    for text in (name, name + r"\u0000", '"href":"\\u0000' + name):
        body = Org("o1", text, Word("school", "school"), "001").publish().body
        assert _objects(project([body], ["name"])) == [{"name": text}]
        assert BASE_URL_MARKER not in project([body], ["name"])
