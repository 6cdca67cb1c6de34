import assert from "node:assert/strict";
import { test } from "node:test";
import { pickedSelection, wholeSelection } from "../src/release/selection.ts";
import { NOTHING_YET, withList } from "../src/list/state.ts";
import { ariaChecked, nextSync, syncBoxState } from "../src/table/sync_box.ts";
import { listOf, row } from "./rows.ts";

test("the box shows none, some and all; a press turns on, on and off", () => {
  const seen = [0, 1, 2, 3].map((on) => {
    const state = syncBoxState(3, on);
    return [state, ariaChecked(state), nextSync(state)];
  });
  assert.deepEqual(seen, [
    ["none", "false", true],
    ["some", "mixed", true],
    ["some", "mixed", true],
    ["all", "true", false],
  ]);
});

test("without rows there is nothing to turn on", () => {
  const state = syncBoxState(0, 0);
  assert.deepEqual([state, nextSync(state)], ["empty", null]);
});

test("what is not known is mixed, and a press turns on", () => {
  const state = syncBoxState(300, undefined);
  assert.deepEqual([ariaChecked(state), nextSync(state)], ["mixed", true]);
});

test("a selection says how many of its rows change", () => {
  const rows = [row("a", { sync: true }), row("b"), row("c")];
  const state = withList(NOTHING_YET, listOf(rows), false);
  assert.deepEqual(wholeSelection(state, true), {
    sync: true,
    total: 3,
    changing: 2,
    persons: null,
  });
  assert.equal(wholeSelection(state, false).changing, 1);
  assert.deepEqual(pickedSelection(rows.slice(0, 2), false), {
    sync: false,
    total: 2,
    changing: 1,
    persons: ["a", "b"],
  });
});

test("of a list that is not all loaded it is not known", () => {
  const state = withList(NOTHING_YET, listOf([row("a")], { total: 300 }), false);
  assert.equal(wholeSelection(state, true).changing, undefined);
});
