import type { CellKey } from "./cells.ts";

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
