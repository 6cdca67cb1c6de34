import assert from "node:assert/strict";
import { test } from "node:test";
import { boxStateOf, wholeSelection } from "../src/release/selection.ts";
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
  assert.deepEqual(wholeSelection(state, true), {
    sync: true,
    total: 300,
    changing: 180,
    persons: null,
    readOnly: 0,
  });
  assert.equal(wholeSelection(state, false).changing, 120);
  assert.equal(boxStateOf(state), "some");
});

test("rows that may only be read are not meant", () => {
  const rows = [
    row("a", { sync: true }),
    row("b"),
    row("c", { editable: false }),
    row("d", { sync: true, editable: false }),
  ];
  const state = withList(NOTHING_YET, listOf(rows));
  assert.equal(boxStateOf(state), "some");
  const selection = { persons: ["a", "b"], total: 2, changing: 1, readOnly: 2 };
  assert.deepEqual(wholeSelection(state, true), { sync: true, ...selection });
  assert.deepEqual(wholeSelection(state, false), { sync: false, ...selection });
});

test("the box is of what may be changed, whatever the other rows are", () => {
  const box = (...rows: [sync: boolean, editable: boolean][]): string => {
    const list = rows.map(([sync, editable], nth) => row(`${nth}`, { sync, editable }));
    return boxStateOf(withList(NOTHING_YET, listOf(list)));
  };
  assert.equal(box([true, true], [false, false]), "all");
  assert.equal(box([false, true], [true, false]), "none");
  assert.equal(box([true, false], [false, false]), "empty");
});

test("who may be changed is not known before all rows are", () => {
  const list = listOf([row("a"), row("b", { editable: false })], { total: 300 });
  const state = withList(NOTHING_YET, list);
  assert.equal(boxStateOf(state), "empty");
  assert.equal(wholeSelection(state, true).total, 0);
});
