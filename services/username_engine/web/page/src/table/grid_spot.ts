import type { CellKey } from "./cells.ts";
import { focusable } from "./repainting.ts";
import type { UsernamesTable } from "./usernames_table.ts";

export type Line = "title" | "filter";

/** A place in the grid that can have the focus. */
export type Spot =
  | { readonly line: Line; readonly key: CellKey }
  | { readonly line: "row"; readonly person: string; readonly key: CellKey };

/** Where an element of the grid is; null where it is in none of its cells. */
export function spotOf(target: HTMLElement): Spot | null {
  const key = target.closest<HTMLElement>("[tabulator-field]")?.getAttribute("tabulator-field");
  if (!key) {
    return null;
  }
  const person = target.closest<HTMLElement>("[data-person]")?.dataset["person"];
  if (person !== undefined) {
    return { line: "row", person, key: key as CellKey };
  }
  const line = target.dataset["line"];
  return line === "title" || line === "filter" ? { line, key: key as CellKey } : null;
}

/** What has the focus at a spot; null where it is not on the page, or hidden. */
export function elementAt(table: UsernamesTable, spot: Spot | null): HTMLElement | null {
  if (spot === null || !table.columns.includes(spot.key)) {
    return null;
  }
  if (spot.line !== "row") {
    return inLine(table.header(spot.key), spot.line)[0] ?? null;
  }
  const known = table.placeOf(spot.person) !== undefined;
  const cell = known ? table.cell(spot.person, spot.key) : null;
  return cell?.isConnected ? focusable(cell) : null;
}

/** What of a line of the headers can have the focus, from left to right. */
export function inLine(within: HTMLElement | null, line: Line): HTMLElement[] {
  const found = within?.querySelectorAll<HTMLElement>(`[data-line=${line}]`) ?? [];
  // On a narrow screen there are no filters.
  return [...found].filter((each) => each.checkVisibility());
}

/** The spot that is next to where `spot` was, when the columns or the lines became others. */
export function nearest(table: UsernamesTable, spot: Spot): Spot {
  const [first] = table.columns;
  const here = table.columns.includes(spot.key) ? spot : { ...spot, key: first ?? spot.key };
  return here.line === "filter" && elementAt(table, here) === null
    ? { line: "title", key: here.key }
    : here;
}
