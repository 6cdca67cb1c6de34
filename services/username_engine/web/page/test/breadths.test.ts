import assert from "node:assert/strict";
import { test } from "node:test";

import { COLUMN_KEYS } from "../src/api/types.ts";
import { BREADTHS, fittedWidths, longestOf } from "../src/table/breadths.ts";
import { row } from "./rows.ts";

const NAMES = { school: "GO! atheneum Brakel", location: "Campus Noord" };
const EMPTY = { ...NAMES, domain: null, birth_date: null };
const FILLED = { ...NAMES, domain: "school.be", birth_date: "2008-03-04" };

test("columns without values leave their room to the school and the location", () => {
  assert.deepEqual(fittedWidths(longestOf([row("Ameel", EMPTY)])), {
    domain: 88,
    birth_date: 88,
    school: 195,
    location: 132,
  });
  assert.deepEqual(fittedWidths(longestOf([row("Claes", FILLED)])), {
    domain: 128,
    birth_date: 144,
    school: 160,
    location: 128,
  });
});

test("what was there once keeps its width", () => {
  const before = longestOf([row("Claes", FILLED)]);
  assert.deepEqual(longestOf([], before), before);
  assert.deepEqual(longestOf([row("Ameel", EMPTY)], before), before);
});

test("a long domain is no wider than it may be", () => {
  const domain = "leerlingen.technisch-atheneum-brakel.be";
  assert.equal(fittedWidths(longestOf([row("Ameel", { domain })])).domain, 208);
});

test("all columns fit a screen of 1440", () => {
  const details = 48;
  const margins = 2 * 25;
  const widths = COLUMN_KEYS.map((key) => BREADTHS[key].least);
  assert.ok(widths.reduce((sum, width) => sum + width, details + margins) <= 1440);
});
