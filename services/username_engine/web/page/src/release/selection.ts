/** Which rows a press on the header's box means, and how many of them it changes. Pure. */

import type { UsernameRow } from "../api/types.ts";
import { countOn, type ListState } from "../list/state.ts";

export interface Selection {
  readonly sync: boolean;
  /** The rows that are shown. */
  readonly total: number;
  /** How many of them are to change; undefined where it is not known. */
  readonly changing: number | undefined;
  /** Only these, as the page alone knows which are shown; null: all that the filters leave. */
  readonly persons: readonly string[] | null;
}

/** All rows of the list as it is filtered by the engine. */
export function wholeSelection(state: ListState, sync: boolean): Selection {
  const { total, syncOn } = state;
  const changing = syncOn === undefined ? undefined : sync ? total - syncOn : syncOn;
  return { sync, total, changing, persons: null };
}

/** Rows that the page picked itself. */
export function pickedSelection(rows: readonly UsernameRow[], sync: boolean): Selection {
  const on = countOn(rows);
  const changing = sync ? rows.length - on : on;
  return { sync, total: rows.length, changing, persons: rows.map(({ person }) => person) };
}
