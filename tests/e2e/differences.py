"""What is served beside what the oracle expects."""

from typing import Any

from tests.e2e.consumer import Pull
from tests.e2e.oracle import Feed, plain


def differences(expected: Feed, served: Pull) -> dict[str, list[tuple[Any, Any]]]:
    """By collection: what was expected beside what is served, without names nobody can spell."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for collection, wanted in expected.items():
        for key in sorted(wanted.keys() | served[collection].keys()):
            one = wanted.get(key)
            other = served[collection].get(key)
            there = plain(other) if other else None
            if one and there and one.get("username", "") is None:
                one = {**one, "username": there["username"]}
            if one != there:
                found.setdefault(collection, []).append((one, there))
    return found
