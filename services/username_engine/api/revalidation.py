"""`If-None-Match` on the list (RFC 9110 §13.1.2): who has the newest answer already gets no other."""

from collections.abc import Sequence
from dataclasses import astuple
from hashlib import blake2b
from typing import Annotated, Final

from fastapi import Depends, Header
from pydantic import BaseModel

from services.username_engine.access.places import Places
from services.username_engine.usernames.list_basis import ListBasis
from services.username_engine.usernames.reach import ListedAt

_FORM: Final = 2
"""Of the answer; another one where the same rows are answered in another way."""


def list_tag(basis: ListBasis, places: Places, writable: ListedAt, parameters: BaseModel) -> str:
    """Of all that the answer is made from, so that it is known before a row is read.

    `places`: where the caller sees the list; `writable`: where he may change names.

    Weak, since equal rows get another one as soon as anything in the configuration changes.
    """
    made_from = (
        _FORM,
        astuple(basis),
        [_spelt(each) for each in (places, writable.students, writable.staff)],
        parameters.model_dump_json(),
    )
    return f'W/"{blake2b(repr(made_from).encode(), digest_size=16).hexdigest()}"'


def _spelt(places: Places) -> tuple[bool, Sequence[str], Sequence[tuple[str, str]]]:
    return places.everywhere, sorted(places.schools), sorted(places.locations)


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Weakly compared, as the header is."""
    given = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    return "*" in given or tag.removeprefix("W/") in given


async def _if_none_match(
    if_none_match: Annotated[
        str | None,
        Header(
            description="The `ETag` of the answer one has: 304 without a body while it is the same.",
            examples=['W/"9f86d081884c7d659a2feaa0c55ad015"'],
        ),
    ] = None,
) -> str | None:
    return if_none_match


KnownTags = Annotated[str | None, Depends(_if_none_match)]
