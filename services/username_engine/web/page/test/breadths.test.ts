import assert from "node:assert/strict";
import { test } from "node:test";

import { COLUMN_KEYS } from "../src/api/types.ts";
import { BREADTHS } from "../src/table/breadths.ts";

test("all columns fit a screen of 1440", () => {
  const details = 48;
  const margins = 2 * 25;
  const widths = COLUMN_KEYS.map((key) => BREADTHS[key].least);
  assert.ok(widths.reduce((sum, width) => sum + width, details + margins) <= 1440);
});
