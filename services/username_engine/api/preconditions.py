"""A row's version as its entity tag (RFC 9110 §8.8.3), and `If-Match` (§13.1.1)."""

import re
from typing import Annotated, Final

from fastapi import Depends, Header

# Tags are compared as they are written: `"01"` is not `"1"`. Also without the quotes, which clients
# that make the header from a row's `version` forget.
_TAG: Final = re.compile(r'(?P<quote>"?)(?P<version>0|[1-9][0-9]{0,8})(?P=quote)', re.ASCII)


def entity_tag(version: int) -> str:
    return f'"{version}"'


def matching_versions(if_match: str | None) -> frozenset[int] | None:
    """The versions that the header allows; None where it allows any. A weak tag matches none."""
    if if_match is None or if_match.strip() == "*":
        return None
    tags = (_TAG.fullmatch(tag.strip()) for tag in if_match.split(","))
    return frozenset(int(tag["version"]) for tag in tags if tag)


def _if_match(
    if_match: Annotated[
        str | None,
        Header(
            description='The version that was read, as its ETag: `"3"`. Without it, or with `*`, '
            "whatever there is is overwritten.",
            examples=['"3"'],
        ),
    ] = None,
) -> frozenset[int] | None:
    return matching_versions(if_match)


MatchingVersions = Annotated[frozenset[int] | None, Depends(_if_match)]
