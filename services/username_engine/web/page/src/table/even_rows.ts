/**
 * Draws the rows in view, which are all equally high.
 *
 * Tabulator's own virtual rows estimate heights: the wheel stopped before the end of thousands, and
 * a jump from the last row to the first did not arrive.
 */

import { Renderer, type RendererRow } from "tabulator-tables";
import { type Drawn, rowsInView } from "./rows_in_view.ts";

const AROUND = 600;
const NONE: Drawn = { first: 0, end: 0 };

export class EvenRows extends Renderer {
  override verticalFillMode = "fill" as const;
  #drawn = NONE;

  initialize(): void {
    // Otherwise Tabulator looks only at the window's size, not at the table's.
    this.table.rowManager.renderMode = "virtual";
  }

  clearRows(): void {
    this.#drop();
    const { style } = this.tableElement;
    style.minHeight = style.display = style.visibility = "";
    style.paddingTop = style.paddingBottom = "";
    this.elementVertical.scrollTop = 0;
  }

  renderRows(): void {
    this.#draw();
  }

  /** Without `replace` the rows are the same; those that are drawn stay, and so does the focus. */
  rerenderRows(replace?: () => void): void {
    if (replace) {
      const { scrollTop, scrollLeft } = this.elementVertical;
      replace();
      this.#drop();
      this.#pad(NONE);
      this.elementVertical.scrollTo({ top: scrollTop, left: scrollLeft, behavior: "instant" });
    }
    this.#draw();
    if (this.rows().length === 0) {
      this.table.rowManager.tableEmpty();
    }
  }

  scrollRows(): void {
    this.#draw();
  }

  scrollToRow(row: RendererRow): void {
    this.elementVertical.scrollTop = this.rows().indexOf(row) * this.#rowHeight;
    this.#draw();
  }

  visibleRows(withDrawn: boolean): RendererRow[] {
    const { first, end } = withDrawn ? this.#drawn : this.#inView(0);
    return this.rows().slice(first, end);
  }

  get #rowHeight(): number {
    return this.table.options.rowHeight ?? 1;
  }

  #inView(around: number): Drawn {
    const { scrollTop, clientHeight } = this.elementVertical;
    return rowsInView(scrollTop, clientHeight, around, this.#rowHeight, this.rows().length);
  }

  #draw(): void {
    const { first, end } = this.#inView(AROUND);
    const before = this.#drawn;
    const isApart = first >= before.end || end <= before.first;
    const kept = isApart ? { first, end: first } : before;
    const rows = this.rows();
    if (isApart) {
      this.tableElement.replaceChildren();
    } else {
      remove(rows.slice(before.first, first));
      remove(rows.slice(end, before.end));
    }
    this.#drawn = { first, end };
    this.#pad(this.#drawn);
    this.#add(rows, first, Math.max(kept.first, first), "prepend");
    this.#add(rows, Math.min(kept.end, end), end, "append");
  }

  #add(rows: readonly RendererRow[], first: number, end: number, where: "append" | "prepend"): void {
    const added = rows.slice(first, end);
    const made = document.createDocumentFragment();
    for (const [index, row] of added.entries()) {
      this.styleRow(row, first + index);
      row.initialize(false, true);
      made.append(row.getElement());
    }
    this.tableElement[where](made);
    for (const row of added) {
      row.rendered();
      if (!row.heightInitialized) {
        row.calcHeight(true);
        row.setCellHeight();
      }
    }
  }

  #drop(): void {
    this.tableElement.replaceChildren();
    this.#drawn = NONE;
  }

  #pad({ first, end }: Drawn): void {
    const { style } = this.tableElement;
    style.paddingTop = `${first * this.#rowHeight}px`;
    style.paddingBottom = `${(this.rows().length - end) * this.#rowHeight}px`;
  }
}

function remove(rows: readonly RendererRow[]): void {
  for (const row of rows) {
    row.getElement().remove();
  }
}
