/** Which rows a press on the header's box means, and how many of them it changes. Pure. */

import type { ListState } from "../list/state.ts";

export interface Selection {
  readonly sync: boolean;
  /** The rows that the filters leave. */
  readonly total: number;
  /** How many of them are to change. */
  readonly changing: number;
}

/** All rows of the list as it is filtered. */
export function wholeSelection({ total, syncOn }: ListState, sync: boolean): Selection {
  return { sync, total, changing: sync ? total - syncOn : syncOn };
}
