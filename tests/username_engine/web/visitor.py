"""A person at the page: what he reads on it, and what his hands do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

SCREENSHOTS = Path(__file__).parents[3] / "build" / "screenshots"

# Under the load of other tests too.
expect.set_options(timeout=10_000)

# What Chromium itself writes of every answer that is no success; the page says it in its own words.
_ANSWERED = "Failed to load resource: the server responded with a status of "
_NOT_ANSWERED = "Failed to load resource: net::ERR_FAILED"


@dataclass
class Complaints:
    """What a browser has against the page: requests to elsewhere, and what its console says."""

    host: str
    heard: list[str] = field(default_factory=list)
    server_may_fail: bool = False
    """In tests that make it fail."""

    def listen(self, context: BrowserContext) -> None:
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.heard.append(f"uncaught: {error.error}"))

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((f"{self.host}/", "data:", "blob:")):
            self.heard.append(f"a request to {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if message.text == _NOT_ANSWERED and self.server_may_fail:
            return
        if message.text.startswith(_ANSWERED):
            status = message.text.removeprefix(_ANSWERED)
            if status.startswith("4") or self.server_may_fail:
                return
        self.heard.append(f"{message.type}: {message.text}")


@dataclass(frozen=True)
class Visitor:
    """At a list, once signed in."""

    page: Page
    name: str
    """Of the test, for its screenshots."""
    complaints: Complaints

    @property
    def grid(self) -> Locator:
        return self.page.get_by_role("grid", name="Gebruikersnamen")

    @property
    def header_box(self) -> Locator:
        """Of Sync, for all rows that are shown."""
        return self.grid.get_by_role("columnheader").get_by_role("checkbox")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("region", name="Meldingen")

    def column(self, column: str) -> Locator:
        """Its header cell."""
        return self.grid.get_by_role("columnheader").filter(
            has=self.page.get_by_role("button", name=column, exact=True)
        )

    def row(self, person: str) -> Locator:
        """By family name and given name, as what can be pressed in it says."""
        details = self.page.get_by_role("button", name=f"Details van {person}", exact=True)
        box = self.page.get_by_role("checkbox", name=f"Sync voor {person}", exact=True)
        return self.grid.get_by_role("row").filter(has=details.or_(box))

    def cell(self, person: str, text: str | re.Pattern[str]) -> Locator:
        return self.row(person).get_by_role("gridcell", name=text, exact=True)

    def sync_box(self, person: str) -> Locator:
        return self.grid.get_by_role("checkbox", name=f"Sync voor {person}", exact=True)

    def editor(self, person: str) -> Locator:
        return self.page.get_by_role("textbox", name=f"Gebruikersnaam van {person}")

    async def edit(self, person: str, present: str, typed: str) -> Locator:
        """Opens the cell by a double click and types over what is there; nothing is saved yet."""
        await self.cell(person, present).dblclick()
        editor = self.editor(person)
        await expect(editor).to_be_focused()
        await expect(editor).to_have_value(present)
        await editor.fill(typed)
        return editor

    def message(self, text: str) -> Locator:
        """As it is seen; what is only read aloud stands apart from it."""
        apart = "[role=status], [role=alert], [role=status] *, [role=alert] *"
        return self.messages.get_by_text(text).and_(self.page.locator(f":not({apart})"))

    async def told(self, text: str) -> None:
        """Waits until the message with this text is seen and read aloud."""
        await expect(self.message(text).first).to_be_visible()
        aloud = self.messages.get_by_role("status").or_(self.messages.get_by_role("alert"))
        await expect(aloud.filter(has_text=text)).to_have_count(1)

    async def dismiss(self) -> None:
        """Closes every message."""
        close = self.messages.get_by_role("button", name="Melding sluiten")
        for _ in range(await close.count()):
            await close.first.click()
        await expect(close).to_have_count(0)

    async def filter(self, column: str, text: str) -> None:
        await self.page.get_by_label(f"Filter op {column}", exact=True).fill(text)

    async def rows(self, count: int) -> None:
        """Waits until the list says it has so many, and shows them."""
        await self.rows_counted(count)
        await expect(self.grid.get_by_role("row")).to_have_count(count + 1)

    async def rows_counted(self, count: int) -> None:
        """Waits until the list says it has so many, with the header's more."""
        await expect(self.grid).to_have_attribute("aria-rowcount", str(count + 1))

    async def cells(self, column: str) -> Locator:
        """Of the column, from the first row to the last that is drawn."""
        nth = (await self.headers()).index(column) + 1
        return self.grid.locator(f"[role=gridcell]:nth-child({nth})")

    async def shows(self, column: str, texts: Sequence[str]) -> None:
        """Waits until the column's cells are these, from top to bottom."""
        await expect(await self.cells(column)).to_have_text(list(texts))

    async def texts(self, column: str) -> list[str]:
        """Of the column's cells, as they are at this moment."""
        texts = await (await self.cells(column)).all_inner_texts()
        return [" ".join(text.split()) for text in texts]

    async def headers(self) -> list[str]:
        """The columns as they stand, from left to right; without the last, which opens a row."""
        found = self.grid.get_by_role("columnheader").get_by_role("button")
        return [" ".join(text.split()) for text in await found.all_inner_texts()]

    async def focused(self) -> str:
        return await focused_of(self.page)

    async def is_somewhere(self) -> None:
        """The focus is on something of the page: who listens to it still knows where he is."""
        await expect(self.page.locator(":focus")).to_have_count(1)

    async def sideways(self) -> int:
        """Pixels that the page as a whole can be scrolled to the right."""
        return int(
            await self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )

    async def screenshot(self, moment: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        # Messages that fade in have done so.
        path = SCREENSHOTS / f"{self.name}-{moment}.png"
        await self.page.screenshot(path=path, animations="disabled")


async def focused_of(page: Page) -> str:
    """What has the focus: its role or tag, and its name; empty where nothing has."""
    said: str = await page.evaluate(
        """() => {
            const at = document.activeElement;
            if (!at || at === document.body || at === document.documentElement) return '';
            const name = at.getAttribute('aria-label') || at.labels?.[0]?.innerText || at.innerText;
            return `${at.getAttribute('role') || at.localName} ${name}`.trim();
        }"""
    )
    return said
