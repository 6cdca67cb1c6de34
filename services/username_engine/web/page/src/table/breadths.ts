/** How wide columns are where nobody made them so. */

import type { ColumnKey } from "../api/types.ts";

export interface Breadth {
  /** Pixels that it needs. */
  readonly least: number;
  /** Its share of what is left. */
  readonly grow: number;
}

// All of them, and the column of details, fit a screen of 1440, each with its whole title.
export const BREADTHS: Readonly<Record<ColumnKey, Breadth>> = {
  family_name: { least: 136, grow: 3 },
  given_name: { least: 112, grow: 2 },
  sync: { least: 96, grow: 0 },
  username: { least: 200, grow: 5 },
  domain: { least: 128, grow: 3 },
  school: { least: 160, grow: 3 },
  location: { least: 128, grow: 2 },
  class: { least: 92, grow: 1 },
  birth_date: { least: 144, grow: 0 },
  created_on: { least: 144, grow: 0 },
};
