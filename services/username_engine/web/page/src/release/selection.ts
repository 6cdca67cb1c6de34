/** Which rows a press on the header's box means, and how many of them it changes. Pure. */

import type { UsernameRow } from "../api/types.ts";
import type { ListState } from "../list/state.ts";
import { type SyncBoxState, syncBoxState } from "../table/sync_box.ts";

/** So many persons the engine takes at once (docs/api-editing.md). */
export const MOST_PERSONS = 100_000;

export interface Selection {
  readonly sync: boolean;
  /** How many rows are meant. */
  readonly total: number;
  /** How many of them are to change. */
  readonly changing: number;
  /** Who is meant, where it is not the whole list as it is filtered. */
  readonly persons: readonly string[] | null;
  /** How many rows of the list one may only read; they stay as they are. */
  readonly readOnly: number;
}

/** What the header's box shows: of the rows that the filters leave, those one may change. */
export function boxStateOf(state: ListState): SyncBoxState {
  if (!hasReadOnly(state)) {
    return syncBoxState(state.total, state.syncOn);
  }
  // Before all rows are known, who may be changed is not.
  const rows = state.complete ? editableOf(state) : [];
  return syncBoxState(rows.length, rows.filter(({ sync }) => sync).length);
}

/** All rows of the list as it is filtered; where some may only be read, those that may be changed. */
export function wholeSelection(state: ListState, sync: boolean): Selection {
  const { total, syncOn } = state;
  if (!hasReadOnly(state)) {
    const changing = sync ? total - syncOn : syncOn;
    return { sync, total, changing, persons: null, readOnly: 0 };
  }
  const rows = state.complete ? editableOf(state) : [];
  return {
    sync,
    total: rows.length,
    changing: rows.filter((row) => row.sync !== sync).length,
    persons: rows.map(({ person }) => person),
    readOnly: total - rows.length,
  };
}

function hasReadOnly({ rows }: ListState): boolean {
  return rows.some(({ editable }) => !editable);
}

function editableOf({ rows }: ListState): UsernameRow[] {
  return rows.filter(({ editable }) => editable);
}
