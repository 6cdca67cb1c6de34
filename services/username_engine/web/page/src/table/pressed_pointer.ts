/** What the presses of a mouse or a finger mean in the rows. */

import type { CellKey } from "./cells.ts";

export type PointerPress =
  | { readonly act: "edit" }
  | { readonly act: "details" }
  | { readonly act: "sync"; readonly sync: boolean }
  | { readonly act: "go"; readonly key: CellKey };

/** Whose row was pressed. */
export function personAt({ target }: MouseEvent): string | undefined {
  return (target as HTMLElement).closest<HTMLElement>("[data-person]")?.dataset["person"];
}

/** The meaning of a click or of a double click; null where it has none. */
export function pointerPress(event: MouseEvent): PointerPress | null {
  const target = event.target as HTMLElement;
  const key = target.closest("[tabulator-field]")?.getAttribute("tabulator-field");
  if (event.type === "dblclick") {
    return key === "username" ? { act: "edit" } : null;
  }
  const act = target.closest<HTMLElement>("[data-act]")?.dataset["act"];
  if (act === "sync") {
    return { act, sync: (target as HTMLInputElement).checked };
  }
  if (act === "edit" || (key === "username" && isTouch(event))) {
    return { act: "edit" };
  }
  if (act === "details" || key === "family_name") {
    return { act: "details" };
  }
  const isFirst = event.detail < 2 && !target.closest("label, [data-editor]");
  return key && isFirst ? { act: "go", key: key as CellKey } : null;
}

/** A finger has no second press and no key to edit with. */
function isTouch(event: MouseEvent): boolean {
  return event instanceof PointerEvent && event.pointerType === "touch";
}
