/** The columns as Tabulator takes them. */

import type { CellComponent, ColumnDefinition } from "tabulator-tables";
import type { ColumnKey, UsernameRow } from "../api/types.ts";
import { element } from "../dom.ts";
import { type Breadth, BREADTHS } from "./breadths.ts";
import { type CellKey, DETAILS, type Painting, paintCell } from "./cells.ts";
import { type Layout, NARROW_COLUMNS, shownColumns } from "./layout.ts";

const NARROW_BREADTHS: Readonly<Partial<Record<ColumnKey, Breadth>>> = {
  family_name: { least: 104, grow: 3 },
  sync: { least: 56, grow: 0 },
  username: { least: 136, grow: 4 },
};

const DETAILS_WIDTH = 48;

export function columnDefinitions(
  layout: Layout,
  painting: Painting,
  headerOf: (column: ColumnKey) => HTMLElement,
): ColumnDefinition[] {
  const keys = painting.narrow ? NARROW_COLUMNS : shownColumns(layout);
  const columns = keys.map((key) => columnOf(key, layout, painting, headerOf));
  return painting.narrow ? columns : [...columns, detailsColumn(painting)];
}

function columnOf(
  key: ColumnKey,
  layout: Layout,
  painting: Painting,
  headerOf: (column: ColumnKey) => HTMLElement,
): ColumnDefinition {
  const width = painting.narrow ? undefined : layout.widths[key];
  const breadth = (painting.narrow ? NARROW_BREADTHS[key] : undefined) ?? BREADTHS[key];
  return {
    field: key,
    title: painting.speech.say(`column.${key}`),
    titleFormatter: () => headerOf(key),
    formatter: painted(key, painting),
    headerSort: false,
    resizable: painting.narrow ? false : "header",
    ...(width === undefined ? widthFor(breadth) : { width, minWidth: 48 }),
  };
}

function widthFor({ least, grow }: Breadth): Partial<ColumnDefinition> {
  return grow === 0 ? { width: least, minWidth: 48 } : { minWidth: least, widthGrow: grow };
}

function detailsColumn(painting: Painting): ColumnDefinition {
  const title = painting.speech.say("column.details");
  return {
    field: DETAILS,
    title,
    titleFormatter: () => element("span", { class: "visually-hidden" }, title),
    formatter: painted(DETAILS, painting),
    headerSort: false,
    resizable: false,
    width: DETAILS_WIDTH,
    minWidth: DETAILS_WIDTH,
  };
}

function painted(key: CellKey, painting: Painting): (cell: CellComponent) => HTMLElement {
  return (cell) => paintCell(key, cell.getData() as UsernameRow, painting);
}
