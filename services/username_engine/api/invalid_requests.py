"""Requests whose shape is wrong, as a refusal that can be said in every language."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Self

from fastapi.exceptions import RequestValidationError

from shared.errors import ProblemError, request_faults


class InvalidRequestError(ProblemError):
    """A parameter or a part of the body is none that is taken; `errors` says which, in English."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "request.invalid"
    title = "Invalid request"

    def __init__(self, faults: Iterable[Mapping[str, str]]) -> None:
        super().__init__("This request is not valid.", errors=list(faults))

    @classmethod
    def of(cls, error: RequestValidationError) -> Self:
        return cls(request_faults(error))

    @classmethod
    def of_unreadable_body(cls) -> Self:
        """It is not UTF-8, or nested beyond reason: the framework does not say more."""
        return cls([{"location": "body", "detail": "It cannot be read."}])
