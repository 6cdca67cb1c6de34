/** How wide columns are where nobody made them so. Pure. */

import type { ColumnKey, UsernameRow } from "../api/types.ts";

export interface Breadth {
  /** Pixels that it needs. */
  readonly least: number;
  /** Its share of what is left. */
  readonly grow: number;
}

export type Widths = Readonly<Partial<Record<ColumnKey, number>>>;

// All of them, and the column of details, fit a screen of 1440.
export const BREADTHS: Readonly<Record<ColumnKey, Breadth>> = {
  family_name: { least: 136, grow: 3 },
  given_name: { least: 112, grow: 2 },
  sync: { least: 96, grow: 0 },
  username: { least: 200, grow: 6 },
  domain: { least: 128, grow: 0 },
  school: { least: 160, grow: 0 },
  location: { least: 128, grow: 0 },
  class: { least: 92, grow: 1 },
  birth_date: { least: 144, grow: 0 },
  created_on: { least: 144, grow: 0 },
};

const FITTED = ["domain", "birth_date", "school", "location"] as const;
const EMPTY = 88;
const WIDEST_DOMAIN = 208;
const LETTER = 9;
const MARGINS = 24;
const SHARES = { school: 0.6, location: 0.4 } as const;

/** The letters of the longest values in those columns that are as wide as what is in them. */
export type Longest = Readonly<Record<(typeof FITTED)[number], number>>;

/** Of these rows and of those before, so that nothing becomes narrower while one looks. */
export function longestOf(rows: readonly UsernameRow[], before?: Longest): Longest {
  const longest = { domain: 0, birth_date: 0, school: 0, location: 0, ...before };
  for (const row of rows) {
    for (const key of FITTED) {
      longest[key] = Math.max(longest[key], row[key]?.length ?? 0);
    }
  }
  return longest;
}

/** What columns that are empty leave goes to the school and the location. */
export function fittedWidths(longest: Longest): Widths {
  const domain = longest.domain === 0 ? EMPTY : widthOf("domain", longest, WIDEST_DOMAIN);
  const birth_date = longest.birth_date === 0 ? EMPTY : BREADTHS.birth_date.least;
  const spare = Math.max(0, BREADTHS.domain.least - domain) + BREADTHS.birth_date.least - birth_date;
  const share = (key: "school" | "location"): number =>
    widthOf(key, longest, BREADTHS[key].least + Math.round(spare * SHARES[key]));
  return { domain, birth_date, school: share("school"), location: share("location") };
}

function widthOf(key: keyof Longest, longest: Longest, most: number): number {
  return Math.min(Math.max(longest[key] * LETTER + MARGINS, BREADTHS[key].least), most);
}
