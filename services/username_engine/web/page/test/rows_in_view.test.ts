import assert from "node:assert/strict";
import { test } from "node:test";

import { rowsInView } from "../src/table/rows_in_view.ts";

test("the rows in view, and those around them", () => {
  assert.deepEqual(rowsInView(0, 440, 88, 44, 3000), { first: 0, end: 12 });
  assert.deepEqual(rowsInView(4400, 440, 88, 44, 3000), { first: 98, end: 112 });
  assert.deepEqual(rowsInView(3000 * 44 - 440, 440, 88, 44, 3000), { first: 2988, end: 3000 });
});

test("of fewer rows than before, the last", () => {
  assert.deepEqual(rowsInView(4400, 440, 88, 44, 50), { first: 38, end: 50 });
  assert.deepEqual(rowsInView(4400, 440, 88, 44, 5), { first: 0, end: 5 });
  assert.deepEqual(rowsInView(0, 440, 88, 44, 0), { first: 0, end: 0 });
});
