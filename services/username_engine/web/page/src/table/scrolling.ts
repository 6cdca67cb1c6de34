/**
 * Scrolls a table's holder as little as it takes to show a cell or header whole.
 *
 * Tabulator's own `scrollToColumn` never answers where the column is in view already.
 */
export function scrollInto(holder: Element, target: Element, vertically: boolean): void {
  const frame = holder.getBoundingClientRect();
  const wanted = target.getBoundingClientRect();
  holder.scrollLeft += beyond(
    wanted.left,
    wanted.right,
    frame.left,
    frame.left + holder.clientWidth,
  );
  if (vertically) {
    holder.scrollTop += beyond(
      wanted.top,
      wanted.bottom,
      frame.top,
      frame.top + holder.clientHeight,
    );
  }
}

function beyond(start: number, end: number, from: number, to: number): number {
  return start < from ? start - from : Math.max(0, Math.min(end - to, start - from));
}
