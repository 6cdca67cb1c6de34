/** The rows on the screen: Tabulator's virtual rows, and what it lacks. */

import {
  type ColumnComponent,
  FormatModule,
  MoveColumnsModule,
  ResizeColumnsModule,
  ResizeTableModule,
  type RowComponent,
  Tabulator,
} from "tabulator-tables";
import type { ColumnKey, UsernameRow } from "../api/types.ts";
import { COLUMN_KEYS } from "../api/types.ts";
import { element } from "../dom.ts";
import { changedRows } from "../list/state.ts";
import type { ListQuery } from "../list/query.ts";
import type { CellKey, Painting } from "./cells.ts";
import { columnDefinitions } from "./columns.ts";
import { EvenRows } from "./even_rows.ts";
import { type HeaderActions, HeaderCell } from "./header_cell.ts";
import { type Layout, withOrder, withWidth } from "./layout.ts";
import { mendRoles } from "./roles.ts";
import { markRow, takeRow } from "./row_painting.ts";
import { scrollSideways, scrollTo, scrollToRow } from "./scrolling.ts";
import type { SyncBoxState } from "./sync_box.ts";

Tabulator.registerModule([FormatModule, MoveColumnsModule, ResizeColumnsModule, ResizeTableModule]);

const ROW_HEIGHT = 44;
const NARROW_ROW_HEIGHT = 60;

export interface TableActions extends HeaderActions {
  layoutChanged(layout: Layout): void;
  /** Rows were shown anew, or others came into view. */
  repainted(): void;
}

export class UsernamesTable {
  readonly element = element("div", { class: "table" });
  readonly #table: Tabulator;
  readonly #headers = new Map<ColumnKey, HeaderCell>();
  readonly #ready: Promise<void>;
  #rows: readonly UsernameRow[] = [];
  #places = new Map<string, number>();
  #components: Map<string, RowComponent> | null = null;
  #query: ListQuery | null = null;
  #box: SyncBoxState = "empty";
  #unsure = true;
  #layout: Layout;

  constructor(
    parent: HTMLElement,
    layout: Layout,
    private readonly painting: Painting,
    private readonly actions: TableActions,
  ) {
    this.#layout = layout;
    parent.append(this.element);
    this.#table = new Tabulator(this.element, {
      index: "person",
      data: [],
      height: "100%",
      layout: "fitColumns",
      rowHeight: this.#rowHeight,
      movableColumns: !painting.narrow,
      columns: this.#definitions(),
      columnHeaderVertAlign: "top",
      // Tabulator's types ask for one, it takes the class.
      renderVertical: EvenRows as unknown as EvenRows,
      rowFormatter: (row) => {
        const { person } = row.getData() as UsernameRow;
        markRow(row, this.#places.get(person) ?? 0, painting);
      },
      debugInvalidOptions: false,
      debugInvalidComponentFuncs: false,
    });
    this.#ready = new Promise((resolve) => {
      this.#table.on("tableBuilt", () => {
        mendRoles(this.element, painting.speech.say("list.label"));
        this.#showHeaders();
        resolve();
      });
    });
    this.#table.on("columnMoved", (_, columns) => this.#moved(columns));
    this.#table.on("columnResized", (column) => this.#resized(column));
    this.#table.on("scrollVertical", () => actions.repainted());
    // Also by itself, as when its size changes or it comes into view.
    this.#table.on("renderComplete", () => actions.repainted());
  }

  get rows(): readonly UsernameRow[] {
    return this.#rows;
  }

  get layout(): Layout {
    return this.#layout;
  }

  /** The keys of the columns from left to right. */
  get columns(): CellKey[] {
    return this.#table.getColumns().map((column) => column.getField() as CellKey);
  }

  row(person: string): UsernameRow | undefined {
    const place = this.#places.get(person);
    return place === undefined ? undefined : this.#rows[place];
  }

  placeOf(person: string): number | undefined {
    return this.#places.get(person);
  }

  /** The rows; only those that changed are painted anew where they are the same persons. */
  async show(rows: readonly UsernameRow[], total: number, repaint = false): Promise<void> {
    await this.#ready;
    this.element.setAttribute("aria-rowcount", String(total + 1));
    const changed = repaint ? rows : changedRows(this.#rows, rows);
    this.#rows = rows;
    this.#places = new Map(rows.map(({ person }, place) => [person, place]));
    if (changed === null) {
      // Tabulator keeps what it is given and writes into it.
      this.#components = null;
      await this.#table.replaceData(rows.map((row) => ({ ...row })));
      // Somebody may have asked for one before they were replaced.
      this.#components = null;
    } else {
      for (const row of changed) {
        this.#repaint(row);
      }
    }
    this.actions.repainted();
  }

  showQuery(query: ListQuery): void {
    this.#query = query;
    this.#showHeaders();
  }

  showBox(state: SyncBoxState, unsure: boolean): void {
    this.#box = state;
    this.#unsure = unsure;
    this.#showHeaders();
  }

  /** Other columns, widths or order; the headers are made anew. */
  async arrange(layout: Layout): Promise<void> {
    await this.#ready;
    this.#layout = layout;
    this.#headers.clear();
    this.#table.setColumns(this.#definitions());
    this.#showHeaders();
    this.actions.repainted();
  }

  /** Paints a row as it is known, as after a change that was not saved. */
  restore(person: string): void {
    const row = this.row(person);
    if (row) {
      this.#repaint(row);
    }
  }

  /** The element of a cell, when its row is among those in the document. */
  cell(person: string, key: CellKey): HTMLElement | null {
    const cell = this.#componentOf(person)?.getCell(key);
    return cell ? cell.getElement() : null;
  }

  header(key: CellKey): HTMLElement | null {
    const column = this.#table.getColumn(key);
    return column ? column.getElement() : null;
  }

  /** The first row that is whole in view. */
  get firstInView(): UsernameRow | undefined {
    const top = (this.#holder?.scrollTop ?? 0) / this.#rowHeight;
    return this.#rows[Math.min(Math.ceil(top), this.#rows.length - 1)];
  }

  /** Scrolls to where this person's row comes first. */
  showFrom(person: string): void {
    const place = this.#places.get(person);
    if (this.#holder && place !== undefined) {
      scrollTo(this.#holder, place * this.#rowHeight);
    }
  }

  /** Brings a cell into view. */
  reveal(person: string | null, key: CellKey): void {
    const holder = this.#holder;
    if (!holder) {
      return;
    }
    const place = person === null ? undefined : this.#places.get(person);
    if (place !== undefined) {
      scrollToRow(holder, place, this.#rowHeight);
    }
    const target = person === null ? this.header(key) : this.cell(person, key);
    if (target) {
      scrollSideways(holder, target);
    }
  }

  /** Whether columns can be moved, and made wider: on a narrow screen they are what they are. */
  get isArrangeable(): boolean {
    return !this.painting.narrow;
  }

  /** Makes a column wider or narrower by pixels; how wide it is then. */
  widen(key: ColumnKey, by: number): number {
    const column = this.#table.getColumn(key);
    column.setWidth(column.getWidth() + by);
    this.#resized(column);
    return Math.round(column.getWidth());
  }

  close(): void {
    this.#table.destroy();
    this.element.remove();
  }

  get #holder(): Element | null {
    return this.element.querySelector(".tabulator-tableholder");
  }

  // As the stylesheet has it.
  get #rowHeight(): number {
    return this.painting.narrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
  }

  #definitions(): ReturnType<typeof columnDefinitions> {
    return columnDefinitions(this.#layout, this.painting, (key) =>
      this.#headerOf(key),
    );
  }

  #headerOf(key: ColumnKey): HTMLElement {
    const withBox = key === "sync" && !this.painting.readOnly;
    const header = new HeaderCell(key, this.painting.speech, this.actions, withBox);
    this.#headers.set(key, header);
    return header.element;
  }

  #showHeaders(): void {
    this.element.querySelector(".tabulator-headers")?.setAttribute("aria-rowindex", "1");
    for (const header of this.#headers.values()) {
      header.showBox(this.#box, this.#unsure);
      if (this.#query) {
        header.show(this.#query);
      }
    }
  }

  #repaint(row: UsernameRow): void {
    const shown = this.#componentOf(row.person);
    if (shown) {
      takeRow(shown, row, this.#places.get(row.person) ?? 0, this.painting);
    }
  }

  // Tabulator looks through all rows for each one.
  #componentOf(person: string): RowComponent | undefined {
    this.#components ??= new Map(
      this.#table.getRows().map((row) => [(row.getData() as UsernameRow).person, row]),
    );
    return this.#components.get(person);
  }

  #moved(columns: readonly ColumnComponent[]): void {
    const shown = columns.map((column) => column.getField()).filter(isColumnKey);
    this.#layout = withOrder(this.#layout, shown);
    this.actions.layoutChanged(this.#layout);
  }

  #resized(column: ColumnComponent): void {
    const key = column.getField();
    if (isColumnKey(key)) {
      this.#layout = withWidth(this.#layout, key, column.getWidth());
      this.actions.layoutChanged(this.#layout);
    }
  }
}

function isColumnKey(key: string): key is ColumnKey {
  return COLUMN_KEYS.includes(key as ColumnKey);
}
