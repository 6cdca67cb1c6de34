"""Parameters that may be given once: of two values the framework would take the last, unseen."""

from collections import Counter

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError


async def _single_values(request: Request) -> None:
    """A list by half of its filters would show, and export, more than was meant."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    if faults := [
        {
            "type": "given_again",
            "loc": ("query", name),
            "msg": f"is given {times} times, and may be once",
        }
        for name, times in given.items()
        if times > 1
    ]:
        raise RequestValidationError(faults)


SINGLE_VALUES = Depends(_single_values)
"""For a router's `dependencies`."""
