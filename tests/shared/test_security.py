import httpx
import pytest
from pydantic import SecretStr

from shared.security import ServiceToken, ServiceTokenAuth

TOKEN = SecretStr("a-service-token-of-enough-characters")


def test_what_one_service_sends_the_other_accepts() -> None:
    request = httpx.Request("GET", "http://engine/")
    sent = next(ServiceTokenAuth(TOKEN).auth_flow(request))
    assert ServiceToken(TOKEN).accepts(sent.headers["Authorization"])
    assert ServiceToken(TOKEN).accepts(f"bearer {TOKEN.get_secret_value()}")


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer é\udcff", f"Basic {TOKEN.get_secret_value()}"],
)
def test_anything_else_is_refused(header: str | None) -> None:
    assert not ServiceToken(TOKEN).accepts(header)
    assert not ServiceToken(TOKEN).accepts(f"Bearer {TOKEN.get_secret_value()}x")
