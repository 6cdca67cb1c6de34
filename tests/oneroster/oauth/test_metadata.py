"""Keys, metadata and what /docs is made of."""

import httpx
import pytest
from fastapi import FastAPI, Security

from services.oneroster.oauth.routes import client_credentials
from services.oneroster.oauth.scopes import OFFERED
from services.oneroster.oauth.service import OAuthService
from shared.database import Database
from tests.conftest import TestDatabase
from tests.oneroster.oauth.conftest import app_around, consumer_of, oneroster_settings


async def test_the_key_set_is_public_and_holds_public_keys_only(
    consumer: httpx.AsyncClient, key_id: str
) -> None:
    response = await consumer.get("/.well-known/jwks.json")
    assert response.headers["cache-control"] == "public, max-age=300"
    (key,) = response.json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (key["kid"], key["use"], key["alg"], key["crv"]) == (key_id, "sig", "ES256", "P-256")


@pytest.mark.parametrize(
    ("public_url", "base"),
    [
        (None, "http://10.0.0.7:8001"),
        ("https://roster.example.org/", "https://roster.example.org"),
    ],
)
async def test_metadata_name_the_endpoints(
    database: TestDatabase, oneroster_database: Database, public_url: str | None, base: str
) -> None:
    service = OAuthService.create(oneroster_database, oneroster_settings(database, public_url))
    async with consumer_of(app_around(service), "http://10.0.0.7:8001") as consumer:
        metadata = (await consumer.get("/.well-known/oauth-authorization-server")).json()
    assert metadata["issuer"] == base
    assert metadata["token_endpoint"] == f"{base}/connect/token"
    assert metadata["jwks_uri"] == f"{base}/.well-known/jwks.json"
    assert metadata["scopes_supported"] == list(OFFERED)


async def test_the_openapi_description(service: OAuthService) -> None:
    app: FastAPI = app_around(service)

    @app.get("/roster", dependencies=[Security(client_credentials, scopes=[next(iter(OFFERED))])])
    async def roster() -> None:
        """A read route, described with the scheme the Authorize button of /docs needs."""

    async with consumer_of(app) as consumer:
        described = (await consumer.get("/openapi.json")).json()
    flow = described["components"]["securitySchemes"]["OAuth2CC"]["flows"]
    assert flow["clientCredentials"]["tokenUrl"] == "connect/token"
    assert set(flow["clientCredentials"]["scopes"]) == set(OFFERED)
    post = described["paths"]["/connect/token"]["post"]
    assert set(described["paths"]["/connect/token"]) == {"post"}
    assert set(post["requestBody"]["content"]) == {"application/x-www-form-urlencoded"}
    assert set(post["responses"]) == {"200", "400", "401", "413", "503"}
