"""The engine with its page on a port of its own, and a browser to look at it.

The browser is the machine's Chromium; where there is none, these tests are skipped and say so.
Each test fails when the browser had anything against the page.
"""

import re
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest
import pytest_asyncio
from playwright.async_api import (
    APIRequestContext,
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    async_playwright,
)
from pydantic import SecretStr

from services.username_engine.app import create_app
from services.username_engine.development_issuer.persons import OPERATOR_CLAIM, OPERATOR_VALUE
from services.username_engine.web.serving import BUILT
from shared.database import Database
from shared.roles import Role
from shared.settings import DEVELOPMENT_ISSUER_PATH, EngineSettings, development_issuer_of
from tests.conftest import TestDatabase, new_database
from tests.serving import listening, serving
from tests.username_engine.web.schools import TODAY, School
from tests.username_engine.web.visitor import Complaints, Visitor

# The first is Chromium without its window: the same pages in three quarters of the time.
CHROMIUMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
CHROMIUM = next(filter(None, map(shutil.which, CHROMIUMS)), None)
WRITER = "iLeerlingen/Alles schrijven"
READER = "iLeerlingen/Alles lezen"


@pytest.fixture(scope="session")
def chromium() -> str:
    if CHROMIUM is None:
        pytest.skip("this machine has no Chromium to look at the page with")
    assert (BUILT / "index.html").is_file(), "the page is not built: run `make page`"
    return CHROMIUM


@pytest_asyncio.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=chromium,
            # As root, as containers run, Chromium has no sandbox; the page is our own.
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield opened
        await opened.close()


@contextmanager
def engine_on_a_port(database: TestDatabase, today: date) -> Iterator[str]:
    """The base URL of an engine with the development issuer, on the day given."""
    with listening() as (socket, url):
        app = create_app(
            EngineSettings(
                database_url=SecretStr(database.url(Role.ENGINE)),
                service_token=SecretStr("a-service-token-for-tests-of-the-engine"),
                today=today,
                development=True,
                engine_public_url=url,
                oidc_issuer=development_issuer_of(url),
                oidc_client_id="rosterbridge",
                oidc_operator_claim=OPERATOR_CLAIM,
                oidc_operator_value=OPERATOR_VALUE,
                session_key=SecretStr("a-session-key-for-tests-of-the-engine-only"),
            )
        )
        with serving(app, socket):
            yield url


# A database of their own: the issuer's page and an operator's choice show every school that there is.


@pytest.fixture(scope="session")
def database() -> Iterator[TestDatabase]:
    with new_database() as made:
        yield made


@pytest_asyncio.fixture(scope="session")
async def owner(database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(database.owner_url, application="tests") as opened:
        yield opened


@pytest_asyncio.fixture(scope="session")
async def engine_database(database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(database.url(Role.ENGINE), application="tests") as opened:
        yield opened


@pytest.fixture(scope="session")
def engine(database: TestDatabase, chromium: str) -> Iterator[str]:
    with engine_on_a_port(database, TODAY) as url:
        yield url


@dataclass
class Visits:
    """People at the page, each with a browser's memory of his own."""

    browser: Browser
    engine: str
    name: str
    contexts: list[tuple[BrowserContext, Complaints]] = field(default_factory=list)

    async def someone(
        self,
        size: tuple[int, int] = (1440, 900),
        engine: str | None = None,
        *,
        clock: bool = False,
        **more: Any,
    ) -> Visitor:
        """Before an empty tab, with a window of that size; `more` is for the browser's context.

        With `clock` the test can put the tab's clock forward.
        """
        host = engine or self.engine
        context = await self.browser.new_context(
            base_url=host,
            locale="nl-BE",
            timezone_id="Europe/Brussels",
            # Nothing is half faded in when it is looked at.
            reduced_motion="reduce",
            viewport=ViewportSize(width=size[0], height=size[1]),
            **more,
        )
        context.set_default_timeout(10_000)
        if clock:
            await context.clock.install()
        complaints = Complaints(host)
        complaints.listen(context)
        self.contexts.append((context, complaints))
        return Visitor(await context.new_page(), self.name, complaints)

    async def sign_in(
        self,
        *roles: str,
        place: str | None = None,
        operator: bool = False,
        path: str = "/",
        **more: Any,
    ) -> Visitor:
        """Signed in with the roles ("iLeerlingen/Alles schrijven"), at `path`.

        `place` is the label of a school or location in the development issuer's list.
        """
        visitor = await self.someone(**more)
        await signed_in_before(visitor.page.context.request, roles, place, operator=operator)
        await visitor.page.goto(path)
        return visitor

    async def at(self, school: School, *roles: str, **more: Any) -> Visitor:
        """At the list of its location's students, by default as who may write there."""
        visitor = await self.sign_in(
            *(roles or (WRITER,)), place=school.label, path=school.address, **more
        )
        await visitor.grid.wait_for()
        return visitor

    async def leave(self) -> None:
        """Everybody closes his browser; fails when one had anything against the page."""
        for context, _ in self.contexts:
            await context.close()
        heard = [complaint for _, complaints in self.contexts for complaint in complaints.heard]
        self.contexts.clear()
        assert heard == []


async def signed_in(
    page: Page, *roles: str, place: str | None = None, operator: bool = False
) -> None:
    """Presses "Aanmelden", chooses at the development issuer, and comes back."""
    await page.get_by_role("button", name="Aanmelden").click()
    await page.wait_for_url(f"**{DEVELOPMENT_ISSUER_PATH}/**")
    await page.get_by_text("Zelf rollen kiezen").click()
    for role in roles:
        await page.locator(f'input[name="role"][value="{role}"]').check()
    if operator:
        await page.get_by_label("Beheerder van het systeem").check()
    if place is not None:
        await page.get_by_label("School of vestiging").select_option(label=place)
    await page.get_by_role("button", name="Aanmelden met deze rollen").click()
    await page.wait_for_url(lambda url: DEVELOPMENT_ISSUER_PATH not in url)


_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_OPTION = re.compile(r'<option value="([^"]*)">([^<]*)</option>')


async def signed_in_before(
    browser: APIRequestContext, roles: Sequence[str], place: str | None, *, operator: bool
) -> None:
    """The same without looking at it: the browser has its session."""
    asked = await browser.get("/auth/sign-in")
    html = await asked.text()
    action = re.search(r'<form method="post" action="([^"]*)"', html)
    assert action is not None, html
    places = {unescape(label): unescape(value) for value, label in _OPTION.findall(html)}
    fields = [(unescape(name), unescape(value)) for name, value in _HIDDEN.findall(html)]
    fields += [("role", role) for role in roles]
    fields += [("place", "*" if place is None else places[place])]
    fields += [("operator", "yes")] if operator else []
    answer = await browser.post(
        urljoin(asked.url, unescape(action[1])),
        data=urlencode(fields),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.ok, await answer.text()


@pytest_asyncio.fixture
async def visits(
    browser: Browser, engine: str, request: pytest.FixtureRequest
) -> AsyncIterator[Visits]:
    made = Visits(
        browser, engine, re.sub(r"\W+", "_", request.node.name.removeprefix("test_")).strip("_")
    )
    yield made
    await made.leave()
