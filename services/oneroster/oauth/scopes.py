"""The scopes this service offers (OneRoster 1.1 §3.3, OneRoster 1.2 §4.2)."""

_SPECIFICATION = "https://purl.imsglobal.org/spec/or"
_DESCRIPTIONS = {
    "roster-core.readonly": "Collections and single objects, without the nested ones.",
    "roster.readonly": "All of the roster, but for demographics.",
    "roster-demographics.readonly": "Demographics, where the configuration allows them.",
}


def scope_uri(version: str, name: str) -> str:
    """`("v1p1", "roster.readonly")` → `https://purl.imsglobal.org/spec/or/v1p1/scope/roster.readonly`."""
    return f"{_SPECIFICATION}/{version}/scope/{name}"


OFFERED = {
    scope_uri(version, name): f"OneRoster {number}: {description}"
    for version, number in (("v1p1", "1.1"), ("v1p2", "1.2"))
    for name, description in _DESCRIPTIONS.items()
}


def granted_scopes(asked: str | None) -> tuple[str, ...]:
    """What of `asked` (separated by spaces) is offered; where that is nothing, all that is offered.

    RFC 6749 §3.3 lets a server ignore what was asked, if its answer says what was granted. A
    consumer that asks for scopes of another service only gets those of this one, and no refusal.
    """
    wanted = set((asked or "").split())
    return tuple(scope for scope in OFFERED if scope in wanted) or tuple(OFFERED)
