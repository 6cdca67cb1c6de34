/** What is asked of the list: search, filters, sort. Pure. */

import { type ColumnKey, COLUMN_KEYS } from "../api/types.ts";
import { type Place, placeParameters } from "../place.ts";

export interface SortKey {
  readonly column: ColumnKey;
  readonly descending: boolean;
}

export interface ListQuery {
  readonly search: string;
  readonly filters: Readonly<Partial<Record<ColumnKey, string>>>;
  /** Only rows that somebody should look at. */
  readonly flagged: boolean;
  readonly sort: readonly SortKey[];
}

export const EVERYTHING: ListQuery = { search: "", filters: {}, flagged: false, sort: [] };

const DATES: ReadonlySet<ColumnKey> = new Set<ColumnKey>(["birth_date", "created_on"]);

/** With a filter on a column, or without where the text is blank. */
export function withFilter(query: ListQuery, column: ColumnKey, text: string): ListQuery {
  const { [column]: _, ...others } = query.filters;
  return { ...query, filters: text.trim() === "" ? others : { ...others, [column]: text } };
}

/** Another search and no filters, in the same order. */
export function withoutFilters(query: ListQuery): ListQuery {
  return { ...EVERYTHING, sort: query.sort };
}

/** How many filters are on, the search and the flags' among them. */
export function filterCount(query: ListQuery): number {
  const { filters, search, flagged } = query;
  return Object.keys(filters).length + Number(search.trim() !== "") + Number(flagged);
}

/**
 * The order after a press on a column's header: ascending, descending, as it was.
 *
 * `further` keeps the other columns and has this one decide where they are equal.
 */
export function withSortBy(query: ListQuery, column: ColumnKey, further: boolean): ListQuery {
  const present = query.sort.find((key) => key.column === column);
  const next: SortKey[] = !present
    ? [{ column, descending: false }]
    : present.descending
      ? []
      : [{ column, descending: true }];
  if (!further) {
    return { ...query, sort: next };
  }
  if (!present) {
    return { ...query, sort: [...query.sort, ...next] };
  }
  return { ...query, sort: query.sort.flatMap((key) => (key.column === column ? next : [key])) };
}

export function sortText(sort: readonly SortKey[]): string {
  return sort.map(({ column, descending }) => (descending ? `-${column}` : column)).join(",");
}

/** The order in a text that was kept; what is no column is left out. */
export function sortOf(text: string): SortKey[] {
  const keys = text.split(",").map((part) => ({
    column: part.replace(/^-/, "") as ColumnKey,
    descending: part.startsWith("-"),
  }));
  return keys.filter(({ column }) => COLUMN_KEYS.includes(column));
}

/** The place and filters as the list's parameters. */
export function selectionParameters(place: Place, query: ListQuery): Record<string, string> {
  const parameters = Object.fromEntries(placeParameters(place));
  if (query.search.trim() !== "") {
    parameters["q"] = query.search.trim();
  }
  if (query.flagged) {
    parameters["flagged"] = "true";
  }
  for (const column of COLUMN_KEYS) {
    const text = query.filters[column]?.trim();
    if (text) {
      parameters[column] = DATES.has(column) ? asTheApiReadsDates(text) : text;
    }
  }
  return parameters;
}

/** The same with the order. */
export function listParameters(place: Place, query: ListQuery): URLSearchParams {
  const parameters = new URLSearchParams(selectionParameters(place, query));
  if (query.sort.length > 0) {
    parameters.set("sort", sortText(query.sort));
  }
  return parameters;
}

// German writes 05.03.2012; the API knows 05/03/2012 and 2012-03-05.
function asTheApiReadsDates(text: string): string {
  return /^[\d.]+$/.test(text) ? text.replaceAll(".", "/") : text;
}
