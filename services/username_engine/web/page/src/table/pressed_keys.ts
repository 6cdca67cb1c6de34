/** What keys mean in the cells of a row and in the headers, beyond going on. */

import type { ColumnKey } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { type CellKey, DETAILS } from "./cells.ts";
import type { HeaderActions } from "./header_cell.ts";
import { type Layout, shownColumns, withMoved } from "./layout.ts";
import type { UsernamesTable } from "./usernames_table.ts";

export type RowPress =
  { readonly act: "edit"; readonly typed: string | null } | { readonly act: "details" | "sync" };

type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey">;

const STEP = 16;

/** The press that a key is in a row's cell; null where it is none. Pure. */
export function rowKey(event: Key, key: CellKey, readOnly: boolean): RowPress | null {
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return null;
  }
  if (key === "username" && !readOnly) {
    return editingKey(event.key);
  }
  if (key === "sync" && !readOnly && (event.key === " " || event.key === "Enter")) {
    return { act: "sync" };
  }
  return event.key === "Enter" || (event.key === " " && key === DETAILS)
    ? { act: "details" }
    : null;
}

function editingKey(key: string): RowPress | null {
  if (key === "Enter" || key === "F2") {
    return { act: "edit", typed: null };
  }
  if (key === "Delete" || key === "Backspace") {
    return { act: "edit", typed: "" };
  }
  // A letter; keys with names, such as ArrowUp, are longer.
  return [...key].length === 1 && key !== " " ? { act: "edit", typed: key } : null;
}

export interface HeaderPresses extends HeaderActions {
  layoutChanged(layout: Layout): void;
}

/** Whether a key in a header was one: it moves the column, or makes it wider or narrower. */
export function headerKey(
  event: KeyboardEvent,
  key: CellKey,
  table: UsernamesTable,
  visit: Pick<Visit, "speech" | "notices">,
  actions: HeaderPresses,
): boolean {
  const target = event.target as HTMLElement;
  if (event.key === "Enter" && target instanceof HTMLSelectElement) {
    // Its arrows go through the grid, so they do not change it.
    target.showPicker();
    return true;
  }
  if (key === DETAILS || target.dataset["line"] !== "title") {
    return false;
  }
  return arranges(event, key, table, visit, actions) || sorts(event, key, target, actions);
}

function arranges(
  event: KeyboardEvent,
  key: ColumnKey,
  table: UsernamesTable,
  { speech, notices }: Pick<Visit, "speech" | "notices">,
  actions: HeaderPresses,
): boolean {
  const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : null;
  if (by === null || !(event.ctrlKey || event.shiftKey)) {
    return false;
  }
  if (!table.isArrangeable) {
    return true;
  }
  const column = speech.say(`column.${key}`);
  if (event.ctrlKey) {
    const layout = withMoved(table.layout, key, by);
    const shown = shownColumns(layout);
    actions.layoutChanged(layout);
    const values = { column, place: shown.indexOf(key) + 1, total: shown.length };
    notices.announce(speech.say("list.column_moved", values));
  } else {
    const width = table.widen(key, by * STEP);
    notices.announce(speech.say("list.column_width", { column, width }));
  }
  return true;
}

// A press with Enter has no shift key in its click.
function sorts(
  event: KeyboardEvent,
  key: ColumnKey,
  target: HTMLElement,
  actions: HeaderActions,
): boolean {
  if (event.key === "Enter" && target.matches("input")) {
    actions.syncAll();
    return true;
  }
  if (event.key === "Enter" && event.shiftKey) {
    actions.sort(key, true);
    return true;
  }
  return false;
}
