/** How wide columns are where nobody made them so. */

import type { ColumnKey } from "../api/types.ts";

export interface Breadth {
  /** Pixels that it needs. */
  readonly least: number;
  /** Its share of what is left. */
  readonly grow: number;
}

// All of them, and the column of details, fit a screen of 1440, each with its whole title and the
// arrow of the sort.
export const BREADTHS: Readonly<Record<ColumnKey, Breadth>> = {
  family_name: { least: 132, grow: 3 },
  given_name: { least: 120, grow: 2 },
  sync: { least: 100, grow: 0 },
  username: { least: 184, grow: 3 },
  domain: { least: 156, grow: 3 },
  school: { least: 148, grow: 3 },
  location: { least: 124, grow: 3 },
  class: { least: 90, grow: 1 },
  birth_date: { least: 144, grow: 0 },
  created_on: { least: 144, grow: 0 },
};
