/** Scrolls a table's holder as little as it takes to show something whole. */

export function scrollSideways(holder: Element, target: Element): void {
  const frame = holder.getBoundingClientRect();
  const wanted = target.getBoundingClientRect();
  holder.scrollLeft += beyond(
    wanted.left,
    wanted.right,
    frame.left,
    frame.left + holder.clientWidth,
  );
}

/** To the row at `place`, which is drawn then. */
export function scrollToRow(holder: Element, place: number, rowHeight: number): void {
  const { scrollTop, clientHeight } = holder;
  const top = place * rowHeight;
  const by = beyond(top, top + rowHeight, scrollTop, scrollTop + clientHeight);
  if (by !== 0) {
    scrollTo(holder, scrollTop + by);
  }
}

export function scrollTo(holder: Element, top: number): void {
  holder.scrollTop = top;
  // The browser's own comes with the next frame.
  holder.dispatchEvent(new Event("scroll"));
}

function beyond(start: number, end: number, from: number, to: number): number {
  return start < from ? start - from : Math.max(0, Math.min(end - to, start - from));
}

/** Scrolls the page too, where the window is lower than it or less wide. */
export function scrollPageTo(target: Element): void {
  target.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
}
