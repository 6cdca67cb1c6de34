"""What `fields` leaves of an object (OneRoster 1.1 §3.4.4)."""

from collections.abc import Iterable, Sequence

from services.oneroster.publication.rendering import stored_json, stored_object


def project(objects: Iterable[bytes], fields: Sequence[str]) -> bytes:
    """The objects with the top-level `fields` alone, in the objects' own order, joined by commas.

    A field that an object lacks stays absent. The marker of the base URL may still be in them, and
    then is so in the answer.
    """
    chosen = frozenset(fields)
    return b",".join([_projected(body, chosen) for body in objects])


def _projected(body: bytes, chosen: frozenset[str]) -> bytes:
    return stored_json(
        {name: value for name, value in stored_object(body).items() if name in chosen}
    )
