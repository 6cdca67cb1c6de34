import pytest

from services.oneroster.oauth.scopes import OFFERED, granted_scopes, scope_uri

CORE = "https://purl.imsglobal.org/spec/or/v1p1/scope/roster-core.readonly"
ROSTER_1P2 = "https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly"
WRITE = "https://purl.imsglobal.org/spec/or/v1p1/scope/roster.createput"


def test_three_scopes_for_each_version() -> None:
    names = ("roster-core.readonly", "roster.readonly", "roster-demographics.readonly")
    assert list(OFFERED) == [scope_uri(v, name) for v in ("v1p1", "v1p2") for name in names]


@pytest.mark.parametrize("asked", [None, "", " ", WRITE, "openid profile"])
def test_nothing_of_ours_asked_gets_all_there_is(asked: str | None) -> None:
    assert granted_scopes(asked) == tuple(OFFERED)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (CORE, (CORE,)),
        (f"{ROSTER_1P2} {CORE}", (CORE, ROSTER_1P2)),
        (f"  {CORE}   {WRITE} {CORE}", (CORE,)),
    ],
)
def test_what_is_asked_and_offered_is_granted(asked: str, granted: tuple[str, ...]) -> None:
    assert granted_scopes(asked) == granted
