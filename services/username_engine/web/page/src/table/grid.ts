/** The table with its keyboard, its editor and its presses. */

import type { UsernameRow } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element, newId } from "../dom.ts";
import type { ListQuery } from "../list/query.ts";
import { changedRows, isSameOrder, type ListState } from "../list/state.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { CellEditing } from "./cell_editing.ts";
import { type CellKey, isEditable, type Painting } from "./cells.ts";
import { GridKeys } from "./grid_keys.ts";
import type { HeaderActions } from "./header_cell.ts";
import type { Layout } from "./layout.ts";
import type { Left } from "./name_editor.ts";
import { headerKey, rowKey } from "./pressed_keys.ts";
import { personAt, pointerPress } from "./pressed_pointer.ts";
import { SyncPresses } from "./sync_presses.ts";
import type { SyncBoxState } from "./sync_box.ts";
import { UsernamesTable } from "./usernames_table.ts";

const NARROW = "(max-width: 639px)";

export interface GridActions extends HeaderActions {
  open(row: UsernameRow): void;
  layoutChanged(layout: Layout): void;
}

interface Shown {
  readonly state: ListState;
  readonly query: ListQuery;
  readonly box: SyncBoxState;
}

export class Grid {
  readonly #holder = element("div", { class: "grid" });
  readonly #layer = element("div", { class: "layer" });
  readonly #editing: CellEditing;
  readonly #presses: SyncPresses;
  readonly #narrow = window.matchMedia(NARROW);
  readonly #rebuild = (): void => this.start();
  #table: UsernamesTable | null = null;
  #keys: GridKeys | null = null;
  #shown: Shown | null = null;
  #fresh: ReadonlySet<string> = new Set();
  #showing = Promise.resolve();

  constructor(
    private readonly visit: Visit,
    private readonly list: UsernamesList,
    parent: HTMLElement,
    private readonly readOnly: boolean,
    private layout: Layout,
    private readonly actions: GridActions,
  ) {
    this.#editing = new CellEditing(visit, list, this.#layer, {
      released: (person) => this.#table?.restore(person),
      ended: (person, how, ahead) => this.#ended(person, how, ahead),
    });
    this.#presses = new SyncPresses(visit, list, (person) => this.#table?.restore(person));
    parent.append(this.#holder, this.#layer);
    this.#narrow.addEventListener("change", this.#rebuild);
    window.addEventListener("resize", this.#placed);
    window.addEventListener("beforeunload", this.#unloading);
  }

  /** Makes the table for the present width of the screen. */
  start(): void {
    const held = this.#keys?.held ?? null;
    this.#editing.park();
    this.#table?.close();
    const keysId = newId("keys");
    const { speech } = this.visit;
    this.#holder.replaceChildren(
      element("p", { id: keysId, class: "visually-hidden" }, speech.say("list.keys")),
    );
    const table = new UsernamesTable(this.#holder, this.layout, this.#painting(), {
      ...this.actions,
      layoutChanged: (layout) => {
        this.layout = layout;
        this.actions.layoutChanged(layout);
      },
      repainted: () => {
        this.#keys?.settle();
        this.#resume();
        this.#placed();
      },
    });
    this.#table = table;
    table.element.setAttribute("aria-describedby", keysId);
    const keys = new GridKeys(
      table,
      (event, person, key) => this.#pressedKey(event, person, key),
      (event, key) =>
        headerKey(event, key, table, this.visit, {
          ...this.actions,
          layoutChanged: (layout) => this.#moved(layout),
        }),
      held,
    );
    this.#keys = keys;
    for (const kind of ["click", "dblclick"] as const) {
      table.element.addEventListener(kind, (event) => this.#pointed(event));
    }
    this.#paint();
    if (held !== null) {
      void this.#showing.then(() => {
        if (keys === this.#keys && this.#editing.person === null) {
          keys.resume(held);
        }
      });
    }
  }

  show(state: ListState, query: ListQuery, box: SyncBoxState): void {
    const isOther = this.#shown !== null && this.#shown.query !== query;
    this.#shown = { state, query, box };
    if (isOther) {
      this.#editing.park();
    }
    this.#paint();
  }

  async arrange(layout: Layout): Promise<void> {
    this.layout = layout;
    this.#editing.park();
    await this.#table?.arrange(layout);
  }

  focus(): void {
    this.#keys?.focus();
  }

  /** What was typed is another person's than who is signed in. */
  forget(): void {
    this.#editing.forget();
  }

  close(): void {
    this.#narrow.removeEventListener("change", this.#rebuild);
    window.removeEventListener("resize", this.#placed);
    window.removeEventListener("beforeunload", this.#unloading);
    this.#editing.close();
    this.#table?.close();
    this.#table = null;
    this.#keys = null;
  }

  readonly #placed = (): void => this.#editing.place();

  // The browser asks whether what was typed may be lost.
  readonly #unloading = (event: BeforeUnloadEvent): void => {
    if (this.#editing.isUnsaved) {
      event.preventDefault();
    }
  };

  // Not over rows that are about to be others.
  #resume(): void {
    if (this.#shown?.state.loading) {
      return;
    }
    const table = this.#table;
    this.#editing.resume((person) => (table?.row(person) ? table.cell(person, "username") : null));
  }

  #painting(): Painting {
    return {
      speech: this.visit.speech,
      readOnly: this.readOnly,
      narrow: this.#narrow.matches,
      isFresh: (person) => this.list.state.fresh.has(person),
    };
  }

  #paint(): void {
    const table = this.#table;
    if (this.#shown === null || table === null) {
      return;
    }
    const { state, query, box } = this.#shown;
    table.showQuery(query);
    table.showBox(box, state.loading || state.problem !== null);
    this.#showing = this.#showing.then(() => this.#showRows(table));
  }

  async #showRows(table: UsernamesTable): Promise<void> {
    if (this.#shown === null || table !== this.#table) {
      return;
    }
    const { rows, total, fresh } = this.#shown.state;
    // What is being typed is never painted over: other rows wait for it.
    if (this.#editing.person !== null && changedRows(table.rows, rows) === null) {
      return;
    }
    const repaint = fresh !== this.#fresh && rows.length === table.rows.length;
    this.#fresh = fresh;
    await table.show(rows, total, repaint && isSameOrder(table.rows, rows));
  }

  #pressedKey(event: KeyboardEvent, person: string, key: CellKey): boolean {
    const row = this.#table?.row(person);
    const press = row && rowKey(event, key, !isEditable(row, this.readOnly));
    if (!row || !press) {
      return false;
    }
    if (press.act === "edit") {
      this.#edit(row, press.typed);
    } else if (press.act === "details") {
      this.actions.open(row);
    } else {
      void this.#presses.press(row, !row.sync);
    }
    return true;
  }

  #moved(layout: Layout): void {
    this.actions.layoutChanged(layout);
    void this.arrange(layout);
  }

  #pointed(event: MouseEvent): void {
    const person = personAt(event);
    const row = person === undefined ? undefined : this.#table?.row(person);
    const press = row && pointerPress(event);
    if (!row || !press) {
      return;
    }
    if (press.act === "sync") {
      void this.#presses.press(row, press.sync);
    } else if (press.act === "edit") {
      this.#edit(row);
    } else if (press.act === "details") {
      this.actions.open(row);
    } else {
      this.#keys?.go({ line: "row", person: row.person, key: press.key });
    }
  }

  #edit(row: UsernameRow, typed: string | null = null): void {
    const cell = this.#table?.cell(row.person, "username");
    if (cell && isEditable(row, this.readOnly)) {
      this.#editing.open(row, cell, typed);
    }
  }

  #ended(person: string, how: Left, ahead: string): void {
    const focused = document.activeElement ?? document.body;
    const isElsewhere =
      focused !== document.body && !this.#table?.cell(person, "username")?.contains(focused);
    this.#paint();
    void this.#showing.then(() => {
      if (isElsewhere) {
        return;
      }
      if (how === "saved_next" || how === "saved_previous") {
        this.#editNext(person, how === "saved_next" ? 1 : -1, ahead);
      } else {
        this.#keys?.go({ line: "row", person, key: "username" });
      }
    });
  }

  #editNext(person: string, by: 1 | -1, ahead: string): void {
    const table = this.#table;
    const place = table?.placeOf(person);
    const next = place === undefined ? undefined : table?.rows[place + by];
    this.#keys?.go({ line: "row", person: next?.person ?? person, key: "username" });
    if (next) {
      this.#edit(next, ahead || null);
    }
  }
}
