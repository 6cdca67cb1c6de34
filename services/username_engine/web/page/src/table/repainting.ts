/** Paints the cells of a row that changed, and leaves the focus where it is. */

import type { UsernameRow } from "../api/types.ts";
import { type CellKey, type Painting, paintCell } from "./cells.ts";

export function repaintCell(
  cell: HTMLElement,
  key: CellKey,
  row: UsernameRow,
  painting: Painting,
): void {
  if (cell.classList.contains("cell-editing")) {
    return;
  }
  const painted = paintCell(key, row, painting);
  const present = cell.firstElementChild;
  if (present && takesOver(present, painted)) {
    return;
  }
  const active = document.activeElement;
  const hadFocus = active !== cell && cell.contains(active);
  cell.replaceChildren(painted);
  if (hadFocus) {
    const next = focusable(cell);
    next.setAttribute("tabindex", "0");
    next.focus({ preventScroll: true });
  }
}

/** What of a cell has the focus: the control in it, or the cell. */
export function focusable(cell: HTMLElement): HTMLElement {
  return cell.querySelector<HTMLElement>("input, button:not([aria-hidden])") ?? cell;
}

// The box that was pressed stays the same, and so what had the focus keeps it.
function takesOver(present: Element, painted: Element): boolean {
  const box = present.querySelector<HTMLInputElement>(".box");
  const next = painted.querySelector<HTMLInputElement>(".box");
  if (!box || !next) {
    return false;
  }
  box.checked = next.checked;
  box.setAttribute("aria-label", next.getAttribute("aria-label") ?? "");
  const text = painted.querySelector(".sync-text");
  if (text) {
    present.querySelector(".sync-text")?.replaceWith(text);
  }
  return true;
}
