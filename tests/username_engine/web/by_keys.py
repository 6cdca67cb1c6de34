"""Hands that have a keyboard alone, and eyes that look for the focus after every key."""

from playwright.async_api import Locator, Page

from tests.username_engine.web.visitor import focused_of

_FAULT_OF_THE_FOCUS = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return 'nothing has it';

    // An outline or a shadow, which the same thing has not when the focus is elsewhere: its copy.
    const ring = (of) => {
        const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(of);
        const drawn = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
        return [drawn && outlineColor, boxShadow];
    };
    const withoutFocus = (of) => {
        const { parentElement: parent } = of;
        const alone = parent === document.body;
        const copy = (alone ? of : parent).cloneNode(true);
        // One button of a group of radios would take the choice from the other.
        for (const each of [copy, ...copy.querySelectorAll('[id], [name]')]) {
            each.removeAttribute('id');
            each.removeAttribute('name');
        }
        (alone ? of : parent).after(copy);
        const found = ring(alone ? copy : copy.children[[...parent.children].indexOf(of)]);
        copy.remove();
        return found;
    };
    const isRinged = (of) => {
        const [outline, shadow] = ring(of);
        const [outlineWithout, shadowWithout] = withoutFocus(of);
        return (outline && outline !== outlineWithout)
            || (shadow !== 'none' && shadow !== shadowWithout);
    };
    const cell = at.closest('[role=gridcell], [role=columnheader]');
    if (![at, cell, ...(at.labels || [])].some((each) => each && isRinged(each))) {
        return 'it looks as without the focus';
    }

    // A file's input is seen by its label.
    const own = at.getBoundingClientRect();
    const seen = own.width <= 1 && at.labels?.length ? at.labels[0] : at;
    const { left, right, top, bottom, width, height } = seen.getBoundingClientRect();
    const fits = width <= innerWidth && height <= innerHeight;
    const isWhole = left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
    const [fromX, toX] = [Math.max(left, 0), Math.min(right, innerWidth)];
    const [fromY, toY] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
    if (fits ? !isWhole : fromX >= toX || fromY >= toY) {
        return `it is outside the window: ${JSON.stringify(seen.getBoundingClientRect())}`;
    }
    const hit = document.elementFromPoint((fromX + toX) / 2, (fromY + toY) / 2);
    if (!hit || !(seen.contains(hit) || hit.closest('label')?.control === at)) {
        return `it is covered by ${hit?.outerHTML.slice(0, 120)}`;
    }
    return '';
}"""


async def sees_the_focus(page: Page, after: str) -> None:
    """The focus is on the screen, whole and uncovered, and looks like it."""
    fault: str = await page.evaluate(_FAULT_OF_THE_FOCUS)
    if fault:
        # What slides in has begun to.
        await page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        fault = await page.evaluate(_FAULT_OF_THE_FOCUS)
    assert not fault, (
        f"after {after} one does not see the focus on {await focused_of(page)!r}: {fault}"
    )


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)
        await sees_the_focus(page, key)


async def tab_to(page: Page, wanted: str | Locator, most: int = 40) -> None:
    """By the tab key, as somebody who listens to what has the focus; at most so many times.

    `wanted` is part of what is heard, or what is to be reached.
    """
    for _ in range(most):
        if await _has_it(page, wanted):
            return
        await page.keyboard.press("Tab")
        # After the last of a page or dialog comes the browser's own.
        if await focused_of(page):
            await sees_the_focus(page, "Tab")
    raise AssertionError(f"{most} times Tab does not lead to {wanted!r}")


async def _has_it(page: Page, wanted: str | Locator) -> bool:
    if isinstance(wanted, str):
        return wanted in await focused_of(page)
    return await wanted.count() == 1 and bool(
        await wanted.evaluate("at => at === document.activeElement")
    )
