/** How a person left the columns: order, widths, what is hidden, and the sort. Pure but for `kept`
 * and `keep`, which have it in the browser, by person and list.
 *
 * Filters are not kept: they may hold pupils' names.
 */

import { type ColumnKey, COLUMN_KEYS, type Group } from "../api/types.ts";
import { type SortKey, sortOf, sortText } from "../list/query.ts";

export interface Layout {
  readonly order: readonly ColumnKey[];
  readonly hidden: readonly ColumnKey[];
  readonly widths: Readonly<Partial<Record<ColumnKey, number>>>;
  readonly sort: readonly SortKey[];
}

export const STANDARD: Layout = { order: COLUMN_KEYS, hidden: [], widths: {}, sort: [] };

/** On a narrow screen, whatever is hidden on a wide one. */
export const NARROW_COLUMNS: readonly ColumnKey[] = ["family_name", "sync", "username"];

const NARROWEST = 48;
const WIDEST = 800;

/** The columns that are shown, in order; never none: then all are. */
export function shownColumns(layout: Layout): ColumnKey[] {
  const shown = layout.order.filter((key) => !layout.hidden.includes(key));
  return shown.length > 0 ? shown : [...layout.order];
}

export function withHidden(layout: Layout, key: ColumnKey, hidden: boolean): Layout {
  const others = layout.hidden.filter((each) => each !== key);
  return { ...layout, hidden: hidden ? [...others, key] : others };
}

export function withWidth(layout: Layout, key: ColumnKey, width: number): Layout {
  return { ...layout, widths: { ...layout.widths, [key]: bounded(width) } };
}

/** The shown columns in another order; the hidden ones stay behind their neighbours. */
export function withOrder(layout: Layout, shown: readonly ColumnKey[]): Layout {
  const order: ColumnKey[] = [...shown];
  for (const [index, key] of layout.order.entries()) {
    if (!order.includes(key)) {
      const before = layout.order[index - 1];
      order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, key);
    }
  }
  return { ...layout, order };
}

/** One column a place earlier (-1) or later (1) among those that are shown. */
export function withMoved(layout: Layout, key: ColumnKey, by: -1 | 1): Layout {
  const shown = shownColumns(layout);
  const from = shown.indexOf(key);
  const to = from + by;
  if (from < 0 || to < 0 || to >= shown.length) {
    return layout;
  }
  shown.splice(from, 1);
  shown.splice(to, 0, key);
  return withOrder(layout, shown);
}

/** One column a place earlier or later among all, hidden or not. */
export function withShifted(layout: Layout, key: ColumnKey, by: -1 | 1): Layout {
  const order = [...layout.order];
  const from = order.indexOf(key);
  const to = from + by;
  if (from < 0 || to < 0 || to >= order.length) {
    return layout;
  }
  order.splice(from, 1);
  order.splice(to, 0, key);
  return { ...layout, order };
}

export function layoutText(layout: Layout): string {
  return JSON.stringify({ ...layout, sort: sortText(layout.sort) });
}

/** The layout in a text that was kept, by whatever version of the page; what is not understood is as
 * it is for somebody new. */
export function layoutOf(text: string | null): Layout {
  const kept = parsed(text);
  const hidden = keysIn(kept["hidden"]);
  const order = keysIn(kept["order"]);
  return {
    order: withOrder(STANDARD, order).order,
    hidden: hidden.length < COLUMN_KEYS.length ? hidden : [],
    widths: widthsIn(kept["widths"]),
    sort: typeof kept["sort"] === "string" ? sortOf(kept["sort"]) : [],
  };
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(text ?? "{}");
    return typeof kept === "object" && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}

function keysIn(given: unknown): ColumnKey[] {
  const keys = Array.isArray(given) ? given : [];
  return COLUMN_KEYS.filter((key) => keys.includes(key)).sort(
    (one, other) => keys.indexOf(one) - keys.indexOf(other),
  );
}

function widthsIn(given: unknown): Partial<Record<ColumnKey, number>> {
  const widths = typeof given === "object" && given !== null ? { ...given } : {};
  const entries = Object.entries(widths as Record<string, unknown>).filter(
    (entry): entry is [ColumnKey, number] =>
      COLUMN_KEYS.includes(entry[0] as ColumnKey) && typeof entry[1] === "number",
  );
  return Object.fromEntries(entries.map(([key, width]) => [key, bounded(width)]));
}

function bounded(width: number): number {
  return Math.round(Math.min(Math.max(width, NARROWEST), WIDEST));
}

/** Where the layout of a person and a list is kept. */
export function layoutKey(subject: string, group: Group): string {
  return `rosterbridge.layout.${group}.${subject}`;
}

/** Where storage is forbidden, even naming it fails. */
export function kept(key: string, storage: () => Pick<Storage, "getItem">): Layout {
  try {
    return layoutOf(storage().getItem(key));
  } catch {
    return STANDARD;
  }
}

/** A browser that keeps nothing, or has no room, keeps no layout: that is no error of the person's. */
export function keep(key: string, layout: Layout, storage: () => Pick<Storage, "setItem">): void {
  try {
    storage().setItem(key, layoutText(layout));
  } catch {
    // As said above.
  }
}
