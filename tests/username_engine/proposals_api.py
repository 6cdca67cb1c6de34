"""Proposals as somebody with given rights asks for them, and the accounts that they are about."""

from collections.abc import Mapping
from typing import Any

import httpx

from services.username_engine.access.principal import Principal
from services.username_engine.usernames.account_file import read_accounts
from services.username_engine.usernames.creation import create_missing
from services.username_engine.usernames.resolving import resolved_usernames
from services.username_engine.usernames.tenant_accounts import import_accounts
from shared.database import Database
from tests.arranging import (
    Arranged,
    Place,
    add_location,
    add_school,
    new_configuration,
)
from tests.username_engine.editing_api import OPERATOR, Api
from tests.username_engine.looking import AUTUMN


async def call(
    api: Api,
    method: str,
    path: str,
    who: Principal = OPERATOR,
    *,
    json: Any = None,
    params: Mapping[str, Any] | None = None,
    language: str = "nl",
) -> httpx.Response:
    api.door.principals[who.subject] = who
    return await api.client.request(
        method,
        f"/api/v1/configurations/{api.configuration.name}/{path}",
        json=json,
        params=params,
        headers={"X-Caller": who.subject, "Accept-Language": language},
    )


async def proposed(api: Api, who: Principal = OPERATOR, **params: Any) -> list[dict[str, Any]]:
    answer = await call(api, "GET", "proposals", who, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    document = answer.json()
    assert document["total"] == len(document["items"])
    items: list[dict[str, Any]] = document["items"]
    return items


async def persons(api: Api, who: Principal = OPERATOR, **params: Any) -> set[str]:
    return {item["person"] for item in await proposed(api, who, **params)}


async def approve(
    api: Api, who: Principal = OPERATOR, *, language: str = "nl", **body: Any
) -> httpx.Response:
    return await call(api, "POST", "proposals/approve", who, json=body, language=language)


async def arranged(
    engine_database: Database, configuration: Arranged, *addresses: tuple[str, str, str]
) -> None:
    """Accounts (address, given name, surname), and then names for everyone there is."""
    rows = [f"{address},{given},{surname}" for address, given, surname in addresses]
    file = read_accounts("\n".join(["userPrincipalName,givenName,surname", *rows]).encode())
    await import_accounts(engine_database, AUTUMN, configuration.id, file, actor="tests")
    await create_missing(engine_database, AUTUMN, configuration.id)


async def sent(engine_database: Database, configuration: Arranged) -> dict[str, str]:
    async with engine_database.snapshot() as connection:
        lists = await resolved_usernames(connection, configuration.id, AUTUMN.today())
        return {person: name async for each in lists for person, name in each}


async def provider(owner: Database, **choices: Any) -> tuple[Arranged, Place]:
    configuration = await new_configuration(
        owner, student_domain_policy="provider", staff_domain_policy="provider", **choices
    )
    school = await add_school(
        owner, configuration, staff_domain="staf.be", student_domain="college.be"
    )
    return configuration, await add_location(owner, configuration, school)
