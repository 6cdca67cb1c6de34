import assert from "node:assert/strict";
import { test } from "node:test";

import { isEditable } from "../src/table/cells.ts";
import { row } from "./rows.ts";

test("a row is changed where the list may be, and the engine does not say otherwise", () => {
  assert.equal(isEditable(row("Ameel"), false), true);
  assert.equal(isEditable(row("Ameel", { editable: false }), false), false);
  assert.equal(isEditable(row("Ameel"), true), false);
});
