/** Messages make room for what has the focus (WCAG 2.2, 2.4.11). */

const ASIDE = "notices-aside";

/**
 * Sets `messages` aside while their cards would cover what has the focus, and back after that;
 * returns what ends it.
 */
export function makeRoom(messages: HTMLElement, cards: HTMLElement): () => void {
  let asked = 0;
  const settle = (): void => {
    const focused = document.activeElement;
    if (focused !== null && !messages.contains(focused)) {
      messages.classList.remove(ASIDE);
      const covered = coveredOf(focused, cards);
      messages.classList.add(ASIDE);
      messages.classList.toggle(ASIDE, coveredOf(focused, cards) < covered);
    }
  };
  // Once the browser has brought what has the focus into view.
  const settleSoon = (): void => {
    window.cancelAnimationFrame(asked);
    asked = window.requestAnimationFrame(settle);
  };
  const changes = new MutationObserver(() => {
    document.removeEventListener("focusin", settleSoon);
    if (cards.childElementCount > 0) {
      document.addEventListener("focusin", settleSoon);
    }
    settleSoon();
  });
  changes.observe(cards, { childList: true });
  return () => {
    changes.disconnect();
    document.removeEventListener("focusin", settleSoon);
    window.cancelAnimationFrame(asked);
  };
}

/** How much of it the cards cover, in square pixels. */
function coveredOf(focused: Element, cards: HTMLElement): number {
  const own = focused.getBoundingClientRect();
  return [...cards.children].reduce((sum, card) => {
    const { left, right, top, bottom } = card.getBoundingClientRect();
    const width = Math.min(own.right, right) - Math.max(own.left, left);
    const height = Math.min(own.bottom, bottom) - Math.max(own.top, top);
    return sum + Math.max(width, 0) * Math.max(height, 0);
  }, 0);
}
