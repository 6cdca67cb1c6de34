/** Where the keys that go through the grid lead to from a spot. */

import type { CellKey } from "./cells.ts";
import { elementAt, inLine, type Line, nearest, type Spot } from "./grid_spot.ts";
import type { UsernamesTable } from "./usernames_table.ts";

const PAGE = 10;

type InRow = Spot & { readonly line: "row" };
type InHeader = Spot & { readonly line: Line };

/** The spot, or in the headers the element, that a key leads to; null where it leads nowhere.
 *
 * `last` is where the row of the spot was, for when it is gone.
 */
export function next(
  table: UsernamesTable,
  event: KeyboardEvent,
  spot: Spot,
  last: number,
): Spot | HTMLElement | null {
  if (event.altKey || event.shiftKey || event.metaKey) {
    return null;
  }
  return spot.line === "row"
    ? fromRow(table, event, spot, table.placeOf(spot.person) ?? last)
    : fromHeader(table, event, spot);
}

function fromRow(
  table: UsernamesTable,
  event: KeyboardEvent,
  spot: InRow,
  place: number,
): Spot | null {
  const column = Math.max(table.columns.indexOf(spot.key), 0);
  const last = table.columns.length - 1;
  switch (event.key) {
    case "ArrowLeft":
      return at(table, place, Math.max(column - 1, 0));
    case "ArrowRight":
      return at(table, place, Math.min(column + 1, last));
    case "ArrowUp":
      return place === 0 || table.rows.length === 0
        ? above(table, spot.key)
        : at(table, place - 1, column);
    case "ArrowDown":
      return at(table, place + 1, column);
    case "PageUp":
      return at(table, place - PAGE, column);
    case "PageDown":
      return at(table, place + PAGE, column);
    case "Home":
      return at(table, event.ctrlKey ? 0 : place, 0);
    case "End":
      return at(table, event.ctrlKey ? Infinity : place, last);
    default:
      return null;
  }
}

function at(table: UsernamesTable, place: number, column: number): Spot | null {
  const { rows, columns } = table;
  const row = rows[Math.min(Math.max(place, 0), rows.length - 1)];
  const key = columns[column];
  return row && key ? { line: "row", person: row.person, key } : null;
}

// The last column has no header to be in.
function above(table: UsernamesTable, key: CellKey): Spot {
  const filter = nearest(table, { line: "filter", key });
  return elementAt(table, filter) === null
    ? nearest(table, { line: "filter", key: table.columns[0] ?? key })
    : filter;
}

function fromHeader(
  table: UsernamesTable,
  event: KeyboardEvent,
  spot: InHeader,
): Spot | HTMLElement | null {
  const target = event.target as HTMLElement;
  const line = inLine(table.element, spot.line);
  const index = line.indexOf(target);
  switch (event.key) {
    case "ArrowLeft":
      return caretAt(target, "start") ? (line[index - 1] ?? target) : null;
    case "ArrowRight":
      return caretAt(target, "end") ? (line[index + 1] ?? target) : null;
    case "ArrowUp":
    case "Escape":
      return { line: "title", key: spot.key };
    case "ArrowDown":
      return below(table, spot);
    default:
      return null;
  }
}

function below(table: UsernamesTable, { line, key }: InHeader): Spot | null {
  const filter: Spot = { line: "filter", key };
  return line === "title" && elementAt(table, filter) !== null
    ? filter
    : at(table, 0, Math.max(table.columns.indexOf(key), 0));
}

// In a text the arrows go through its letters first.
function caretAt(target: HTMLElement, end: "start" | "end"): boolean {
  if (!(target instanceof HTMLInputElement) || target.type !== "text") {
    return true;
  }
  const caret = end === "start" ? target.selectionStart : target.selectionEnd;
  return caret === (end === "start" ? 0 : target.value.length);
}
