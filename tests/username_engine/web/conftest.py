"""The engine with its page on a port of its own, and a browser to look at it.

The browser is the machine's Chromium; where there is none, these tests are skipped and say so.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, async_playwright
from pydantic import SecretStr

from services.username_engine.app import create_app
from services.username_engine.development_issuer.persons import OPERATOR_CLAIM, OPERATOR_VALUE
from services.username_engine.web.serving import BUILT
from shared.roles import Role
from shared.settings import EngineSettings, development_issuer_of
from tests.conftest import TestDatabase
from tests.serving import listening, serving

SCREENSHOTS = Path(__file__).parents[3] / "build" / "screenshots"
CHROMIUM = next(
    filter(
        None,
        map(
            shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        ),
    ),
    None,
)


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
def engine_on_a_port(database: TestDatabase, today: str) -> Iterator[str]:
    """The base URL of an engine with the development issuer, on the day given."""
    with listening() as (socket, url):
        app = create_app(
            EngineSettings(
                database_url=SecretStr(database.url(Role.ENGINE)),
                service_token=SecretStr("a-service-token-for-tests-of-the-engine"),
                today=date.fromisoformat(today),
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


@pytest.fixture(scope="session")
def engine(database: TestDatabase, chromium: str) -> Iterator[str]:
    with engine_on_a_port(database, "2025-10-06") as url:
        yield url


@dataclass(frozen=True)
class Visits:
    """People at the page, each with a browser's memory of his own."""

    browser: Browser
    engine: str
    name: str
    """Of the test, for its screenshots."""

    async def sign_in(
        self,
        *roles: str,
        place: str | None = None,
        operator: bool = False,
        path: str = "/",
        size: tuple[int, int] = (1440, 900),
    ) -> Page:
        """Comes to `path`, signs in with the roles ("iLeerlingen/Alles schrijven") and is back.

        `place` is the label of a school or location in the development issuer's list.
        """
        context = await self.browser.new_context(
            locale="nl-BE", viewport=ViewportSize(width=size[0], height=size[1])
        )
        context.set_default_timeout(10_000)
        page = await context.new_page()
        await page.goto(self.engine + path)
        await (
            page.get_by_role("link", name="Aanmelden")
            .or_(page.get_by_role("button", name="Aanmelden"))
            .click()
        )
        for role in roles:
            await page.locator(f'input[name="role"][value="{role}"]').check()
        if operator:
            await page.locator('input[name="operator"]').check()
        if place is not None:
            await page.get_by_label("School of vestiging").select_option(label=place)
        await page.get_by_role("button", name="Aanmelden").click()
        await page.wait_for_url(f"{self.engine}/**")
        return page

    async def screenshot(self, page: Page, moment: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=SCREENSHOTS / f"{self.name}-{moment}.png")


@pytest_asyncio.fixture
async def visits(
    browser: Browser, engine: str, request: pytest.FixtureRequest
) -> AsyncIterator[Visits]:
    yield Visits(browser, engine, request.node.name.removeprefix("test_"))
    for context in browser.contexts:
        await context.close()
