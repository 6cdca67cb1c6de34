import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeSelection } from "../src/release/selection.ts";
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

test("a selection says how many of its rows change, loaded or not", () => {
  const list = listOf([row("a", { sync: true }), row("b")], { total: 300, sync_on: 120 });
  const state = withList(NOTHING_YET, list);
  assert.deepEqual(wholeSelection(state, true), { sync: true, total: 300, changing: 180 });
  assert.equal(wholeSelection(state, false).changing, 120);
});
