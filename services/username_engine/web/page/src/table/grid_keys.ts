/** The grid by keyboard (WAI-ARIA APG, "Grid"): one tab stop, arrows, Home, End, PageUp, PageDown.
 *
 * The header has two lines, of titles and of filters; left and right go through what is in them.
 * Where the focus was is remembered by person and column, so it comes back when rows are painted
 * anew.
 */

import type { CellKey } from "./cells.ts";
import { elementAt, nearest, type Spot, spotOf } from "./grid_spot.ts";
import { next } from "./grid_steps.ts";
import { scrollPageTo } from "./scrolling.ts";
import type { UsernamesTable } from "./usernames_table.ts";

/** What of a table's keys goes on in the next table. */
export interface Held {
  readonly spot: Spot | null;
  readonly hasFocus: boolean;
  /** Who is at the top of what one sees. */
  readonly first: string | null;
}

export class GridKeys {
  #spot: Spot | null;
  #hadFocus: boolean;
  #marked: HTMLElement | null = null;
  #place = 0;

  constructor(
    private readonly table: UsernamesTable,
    /** A key in a row's cell that means more than going on; whether it was one. */
    private readonly pressed: (event: KeyboardEvent, person: string, key: CellKey) => boolean,
    private readonly headerPressed: (event: KeyboardEvent, key: CellKey) => boolean,
    held: Held | null,
  ) {
    this.#spot = held?.spot ?? null;
    this.#hadFocus = held?.hasFocus ?? false;
    const root = table.element;
    root.addEventListener("focusin", (event) => this.#focused(event.target as HTMLElement));
    root.addEventListener("focusout", (event) => {
      this.#hadFocus = event.relatedTarget === null || root.contains(event.relatedTarget as Node);
    });
    root.addEventListener("keydown", (event) => this.#keydown(event));
  }

  get held(): Held {
    const isInside = this.#root.contains(document.activeElement);
    return {
      spot: this.#spot,
      hasFocus: isInside || (this.#hadFocus && !this.#isElsewhere()),
      first: this.table.firstInView?.person ?? null,
    };
  }

  /** In a new table, once its rows are shown. */
  resume({ spot, first }: Held): void {
    if (first !== null) {
      this.table.showFrom(first);
    }
    if (spot !== null && this.held.hasFocus) {
      this.go(nearest(this.table, spot));
    }
    this.settle();
  }

  /** After rows were painted: there is one tab stop again, and a lost focus is back. */
  settle(): void {
    const target = elementAt(this.table, this.#spot);
    if (this.#spot !== null && this.#hadFocus && !this.#isElsewhere()) {
      // Its row may be scrolled out of the document, or gone: the next arrow key goes on from there.
      this.#mark(target);
      (target ?? this.#root).focus({ preventScroll: true });
    } else {
      this.#mark(target ?? elementAt(this.table, this.#entrance()));
    }
  }

  /** Gives the focus to where it was last, or to the first cell that is in view. */
  focus(): void {
    const target = elementAt(this.table, this.#spot) ?? elementAt(this.table, this.#entrance());
    target?.focus();
  }

  go(spot: Spot): void {
    if (spot.line === "row" && this.table.placeOf(spot.person) === undefined) {
      return;
    }
    this.table.reveal(spot.line === "row" ? spot.person : null, spot.key);
    const target = elementAt(this.table, spot);
    if (target !== null) {
      this.#mark(target);
      this.#enter(target);
    }
  }

  get #root(): HTMLElement {
    return this.table.element;
  }

  #isElsewhere(): boolean {
    const active = document.activeElement;
    return (
      active !== null && active !== document.body && active !== this.#root && active.isConnected
    );
  }

  /** Where one comes in who was nowhere yet, or whose row is out of view. */
  #entrance(): Spot | null {
    const [key] = this.table.columns;
    if (key === undefined) {
      return null;
    }
    const row = this.table.firstInView;
    return row ? { line: "row", person: row.person, key } : { line: "title", key };
  }

  #mark(target: HTMLElement | null): void {
    this.#marked?.setAttribute("tabindex", "-1");
    this.#marked = target;
    target?.setAttribute("tabindex", "0");
    this.#root.setAttribute("tabindex", target === null ? "0" : "-1");
  }

  // The table has scrolled to it; the page has not.
  #enter(target: HTMLElement): void {
    target.focus({ preventScroll: true });
    scrollPageTo(target.closest("[role=gridcell], [role=columnheader]") ?? target);
  }

  #focused(target: HTMLElement): void {
    this.#hadFocus = true;
    const spot = spotOf(target);
    if (spot === null) {
      return;
    }
    this.#spot = spot;
    if (spot.line === "row") {
      this.#place = this.table.placeOf(spot.person) ?? this.#place;
    }
    const own = elementAt(this.table, spot);
    if (own !== null && !own.hasAttribute("data-editor")) {
      this.#mark(own);
    }
  }

  #keydown(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || target.closest("[data-editor]")) {
      return;
    }
    const own = spotOf(target);
    const spot = own ?? this.#spot ?? this.#entrance();
    if (spot === null) {
      return;
    }
    const known = own !== null && this.#means(event, own);
    const to = known ? null : (next(this.table, event, spot, this.#place) ?? back(event, own, spot));
    if (to !== null) {
      this.#goTo(to, target);
    }
    if (known || to !== null) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  #means(event: KeyboardEvent, spot: Spot): boolean {
    return spot.line === "row"
      ? this.pressed(event, spot.person, spot.key)
      : this.headerPressed(event, spot.key);
  }

  #goTo(to: Spot | HTMLElement, from: HTMLElement): void {
    if (!(to instanceof HTMLElement)) {
      this.go(to);
    } else if (to !== from) {
      const key = to.closest("[tabulator-field]")?.getAttribute("tabulator-field");
      this.table.reveal(null, key as CellKey);
      this.#enter(to);
    }
  }
}

// Nobody changes a row that he does not see: the first press brings it back.
function back({ key }: KeyboardEvent, own: Spot | null, spot: Spot): Spot | null {
  return own === null && ["Enter", "F2", " "].includes(key) ? spot : null;
}
