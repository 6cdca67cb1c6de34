"""What of a page overlaps or is cut off, as found by measuring it."""

from playwright.async_api import Page

_FAULTS = """() => {
    const name = (at) =>
        `${at.localName} "${(at.getAttribute('aria-label') || at.innerText || at.id).trim()}"`;
    const modal = [...document.querySelectorAll('dialog')].filter((at) => at.open).pop();
    const root = modal || document.body;
    // What of it is not scrolled away inside something that scrolls.
    const shownOf = (at) => {
        const own = at.getBoundingClientRect();
        let { left, right, top, bottom } = own;
        for (let up = at.parentElement; up; up = up.parentElement) {
            const { overflowX, overflowY } = getComputedStyle(up);
            const clip = up.getBoundingClientRect();
            if (overflowX !== 'visible') {
                left = Math.max(left, clip.left);
                right = Math.min(right, clip.right);
            }
            if (overflowY !== 'visible') {
                top = Math.max(top, clip.top);
                bottom = Math.min(bottom, clip.bottom);
            }
        }
        return { left, right, top: Math.max(top, 0), bottom: Math.min(bottom, innerHeight), own };
    };
    const pressable = [...root.querySelectorAll('button, input, select, summary, a[href]')]
        .filter((at) => at.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        .map((at) => [at, shownOf(at)])
        .filter(([, { left, right, top, bottom, own }]) =>
            own.width > 2 && right - left > own.width / 2 && bottom - top > own.height / 2);
    const faults = [];
    for (const [at, { left, right, top, bottom, own }] of pressable) {
        if (own.left < -1 || own.right > innerWidth + 1) {
            faults.push(`${name(at)} is beyond the edge`);
        }
        const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        // Messages stand over the top bar, and make room there for what has the focus.
        const told = hit && hit.closest('.notice') && at.closest('header');
        if (hit && !told && !at.contains(hit) && !hit.contains(at) && hit.closest('label')?.control !== at) {
            faults.push(`${name(at)} is under ${name(hit)}`);
        }
        if (at.matches('button, summary, select') && at.scrollWidth > at.clientWidth + 1) {
            faults.push(`the text of ${name(at)} is cut off`);
        }
    }
    for (const at of root.querySelectorAll('h1, h2, h3, p, dt, dd, label, strong, th, td, li')) {
        const { overflowX, position } = getComputedStyle(at);
        const apart = position === 'absolute' && at.clientWidth <= 1;
        if (!apart && at.checkVisibility({ visibilityProperty: true }) && at.clientWidth > 1
            && overflowX !== 'auto' && at.scrollWidth > at.clientWidth + 1) {
            faults.push(`the text of ${name(at)} is cut off`);
        }
        const { left, right, own } = shownOf(at);
        if (!apart && own.width > 1 && right > left && own.right > innerWidth + 1) {
            faults.push(`${name(at)} is beyond the edge`);
        }
    }
    return [...new Set(faults)];
}"""


async def faults_of(page: Page) -> list[str]:
    """Of what is on the screen, or of the dialog that is open over it."""
    found: list[str] = await page.evaluate(_FAULTS)
    return found
