/** The grid by keyboard (WAI-ARIA APG, "Grid"): one tab stop, arrows, Home, End, PageUp, PageDown.
 *
 * The header has two lines, of titles and of filters; left and right go through what is in them.
 * Where the focus was is remembered by person and column, so it comes back when rows are painted
 * anew.
 */

import type { CellKey } from "./cells.ts";
import { type Spot, spotOf } from "./grid_spot.ts";
import { focusable } from "./repainting.ts";
import type { UsernamesTable } from "./usernames_table.ts";

const PAGE = 10;

export class GridKeys {
  #spot: Spot | null = null;
  #hadFocus = false;
  #marked: HTMLElement | null = null;
  #place = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly table: () => UsernamesTable,
    /** A key in a row's cell that means more than going on; whether it was one. */
    private readonly pressed: (event: KeyboardEvent, person: string, key: CellKey) => boolean,
    private readonly headerPressed: (event: KeyboardEvent, key: CellKey) => boolean,
  ) {
    root.addEventListener("focusin", (event) => this.#focused(event.target as HTMLElement));
    root.addEventListener("focusout", (event) => {
      this.#hadFocus = event.relatedTarget === null || root.contains(event.relatedTarget as Node);
    });
    root.addEventListener("keydown", (event) => this.#keydown(event));
  }

  get spot(): Spot | null {
    return this.#spot;
  }

  /** After rows were painted: there is one tab stop again, and a lost focus is back. */
  settle(): void {
    if (this.#hadFocus && !this.#isElsewhere()) {
      const target = this.#target(this.#spot);
      if (target !== null && target !== document.activeElement) {
        this.#mark(target);
        target.focus({ preventScroll: true });
        return;
      }
      if (target === null) {
        // Its row was scrolled out of the document, or is gone: the next arrow key goes on from there.
        this.root.focus({ preventScroll: true });
        return;
      }
    }
    this.#mark(this.#target(this.#spot) ?? this.#first());
  }

  /** Gives the focus to where it was last, or to the first cell. */
  focus(): void {
    const target = this.#target(this.#spot) ?? this.#first();
    target?.focus();
  }

  go(spot: Spot): void {
    this.table().reveal(spot.line === "row" ? spot.person : null, spot.key);
    const target = this.#target(spot);
    if (target !== null) {
      this.#mark(target);
      target.focus({ preventScroll: true });
    }
  }

  #isElsewhere(): boolean {
    const active = document.activeElement;
    return (
      active !== null && active !== document.body && active !== this.root && active.isConnected
    );
  }

  #first(): HTMLElement | null {
    const table = this.table();
    const [key] = table.columns;
    if (key === undefined) {
      return null;
    }
    const [row] = table.rows;
    return row
      ? this.#target({ line: "row", person: row.person, key })
      : this.#target({ line: "title", key });
  }

  #target(spot: Spot | null): HTMLElement | null {
    if (spot === null) {
      return null;
    }
    if (spot.line !== "row") {
      const header = this.table().header(spot.key);
      return header?.querySelector<HTMLElement>(`[data-line=${spot.line}]`) ?? null;
    }
    const cell =
      this.table().placeOf(spot.person) === undefined
        ? null
        : this.table().cell(spot.person, spot.key);
    if (cell === null || !cell.isConnected) {
      return null;
    }
    return focusable(cell);
  }

  #mark(target: HTMLElement | null): void {
    this.#marked?.setAttribute("tabindex", "-1");
    this.#marked = target;
    target?.setAttribute("tabindex", "0");
    this.root.setAttribute("tabindex", target === null ? "0" : "-1");
  }

  #focused(target: HTMLElement): void {
    this.#hadFocus = true;
    const spot = spotOf(target);
    if (spot === null) {
      return;
    }
    this.#spot = spot;
    if (spot.line === "row") {
      this.#place = this.table().placeOf(spot.person) ?? this.#place;
    }
    const own = this.#target(spot);
    if (own !== null && !own.hasAttribute("data-editor")) {
      this.#mark(own);
    }
  }

  #keydown(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || target.closest("[data-editor]")) {
      return;
    }
    const spot = spotOf(target) ?? this.#spot;
    if (spot === null) {
      return;
    }
    const known =
      spot.line === "row"
        ? this.pressed(event, spot.person, spot.key)
        : this.headerPressed(event, spot.key);
    const next = known ? null : this.#next(event, spot, target);
    if (next !== null) {
      this.#goTo(next, target);
    }
    if (known || next !== null) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  #goTo(next: Spot | HTMLElement, from: HTMLElement): void {
    if (!(next instanceof HTMLElement)) {
      this.go(next);
    } else if (next !== from) {
      const key = next.closest("[tabulator-field]")?.getAttribute("tabulator-field");
      this.table().reveal(null, key as CellKey);
      next.focus({ preventScroll: true });
    }
  }

  #next(event: KeyboardEvent, spot: Spot, target: HTMLElement): Spot | HTMLElement | null {
    if (event.altKey || event.shiftKey || event.metaKey) {
      return null;
    }
    return spot.line === "row" ? this.#fromRow(event, spot) : this.#fromHeader(event, spot, target);
  }

  #fromRow(event: KeyboardEvent, spot: Spot & { line: "row" }): Spot | null {
    const columns = this.table().columns;
    const column = Math.max(columns.indexOf(spot.key), 0);
    const last = columns.length - 1;
    const place = this.table().placeOf(spot.person) ?? this.#place;
    switch (event.key) {
      case "ArrowLeft":
        return this.#at(place, Math.max(column - 1, 0));
      case "ArrowRight":
        return this.#at(place, Math.min(column + 1, last));
      case "ArrowUp":
        return place === 0
          ? { line: "filter", key: this.#filterable(spot.key) }
          : this.#at(place - 1, column);
      case "ArrowDown":
        return this.#at(place + 1, column);
      case "PageUp":
        return this.#at(place - PAGE, column);
      case "PageDown":
        return this.#at(place + PAGE, column);
      case "Home":
        return this.#at(event.ctrlKey ? 0 : place, 0);
      case "End":
        return this.#at(event.ctrlKey ? Infinity : place, last);
      default:
        return null;
    }
  }

  #filterable(key: CellKey): CellKey {
    return this.#target({ line: "filter", key }) === null ? (this.table().columns[0] ?? key) : key;
  }

  #at(place: number, column: number): Spot | null {
    const { rows, columns } = this.table();
    const row = rows[Math.min(Math.max(place, 0), rows.length - 1)];
    const key = columns[column];
    return row && key ? { line: "row", person: row.person, key } : null;
  }

  #fromHeader(event: KeyboardEvent, spot: Spot, target: HTMLElement): Spot | HTMLElement | null {
    const inLine = [...this.root.querySelectorAll<HTMLElement>(`[data-line=${spot.line}]`)];
    const index = inLine.indexOf(target);
    switch (event.key) {
      case "ArrowLeft":
        return caretAt(target, "start") ? (inLine[index - 1] ?? target) : null;
      case "ArrowRight":
        return caretAt(target, "end") ? (inLine[index + 1] ?? target) : null;
      case "ArrowUp":
      case "Escape":
        return { line: "title", key: spot.key };
      case "ArrowDown":
        return this.#below(spot);
      default:
        return null;
    }
  }

  #below(spot: Spot): Spot | null {
    if (spot.line === "title") {
      return { line: "filter", key: spot.key };
    }
    return this.#at(0, Math.max(this.table().columns.indexOf(spot.key), 0));
  }
}

// In a text the arrows go through its letters first.
function caretAt(target: HTMLElement, end: "start" | "end"): boolean {
  if (!(target instanceof HTMLInputElement) || target.type !== "text") {
    return true;
  }
  const caret = end === "start" ? target.selectionStart : target.selectionEnd;
  return caret === (end === "start" ? 0 : target.value.length);
}
