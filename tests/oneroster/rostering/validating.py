"""Validators of what is served, over the service's own component schemas."""

from functools import cache

import jsonschema_rs

from services.oneroster.rostering.schemas import document, error_schema
from services.oneroster.rostering.versions import Version


@cache
def validator(version: Version, name: str) -> jsonschema_rs.Draft202012Validator:
    """Of the schema with 1EdTech's `name` (`UserSetDType`), formats too: `.validate(body)`."""
    return jsonschema_rs.Draft202012Validator(document(version, name), validate_formats=True)


def error_validator(version: Version) -> jsonschema_rs.Draft202012Validator:
    """Of every error of `version`."""
    return validator(version, error_schema(version))
