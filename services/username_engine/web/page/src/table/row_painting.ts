/** What a row as a whole says of its person, and its cells painted anew. */

import type { RowComponent } from "tabulator-tables";
import type { UsernameRow } from "../api/types.ts";
import { type CellKey, isEditable, type Painting } from "./cells.ts";
import { repaintCell } from "./repainting.ts";

/** `place` is that of the row in the list, from 0. */
export function markRow(row: RowComponent, place: number, painting: Painting): void {
  const data = row.getData() as UsernameRow;
  const shown = row.getElement();
  shown.dataset["person"] = data.person;
  shown.classList.toggle("row-new", painting.isFresh(data.person));
  // The header is the first.
  shown.setAttribute("aria-rowindex", String(place + 2));
  const editable = isEditable(data, painting.readOnly);
  for (const cell of row.getCells()) {
    const changes = editable && ["username", "sync"].includes(cell.getField());
    cell.getElement().setAttribute("aria-readonly", String(!changes));
  }
}

/** Takes over the data; a row that is not drawn is painted when it is. */
export function takeRow(
  row: RowComponent,
  data: UsernameRow,
  place: number,
  painting: Painting,
): void {
  Object.assign(row.getData(), data);
  const shown = row.getElement();
  // What is being typed stays in its cell, also where that is scrolled away.
  if (shown.isConnected || shown.querySelector(".cell-editing")) {
    repaintRow(row, place, painting);
  } else {
    row.reformat();
  }
}

function repaintRow(row: RowComponent, place: number, painting: Painting): void {
  markRow(row, place, painting);
  for (const cell of row.getCells()) {
    const data = row.getData() as UsernameRow;
    repaintCell(cell.getElement(), cell.getField() as CellKey, data, painting);
  }
}
