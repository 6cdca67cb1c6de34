import assert from "node:assert/strict";
import { test } from "node:test";
import {
  changedRows,
  NOTHING_YET,
  withFresh,
  withList,
  withRow,
  withSync,
} from "../src/list/state.ts";
import { listOf, row } from "./rows.ts";

const TWO = [row("a", { sync: true }), row("b")];

test("the engine counts, also what is not loaded yet", () => {
  const list = listOf(TWO, { total: 300, sync_on: 120, waiting: 500 });
  const state = withList(NOTHING_YET, list);
  assert.deepEqual([state.syncOn, state.waiting, state.complete], [120, 500, false]);
  assert.equal(withList(NOTHING_YET, listOf(TWO)).complete, true);
});

test("a saved row stands where it stood, and counts", () => {
  const state = withList(NOTHING_YET, listOf(TWO));
  const saved = withRow(state, row("b", { sync: true, version: 2 }));
  assert.deepEqual(
    saved.rows.map(({ person }) => person),
    ["a", "b"],
  );
  assert.deepEqual([saved.syncOn, saved.waiting], [2, 0]);
  assert.equal(saved.rows[1]?.version, 2);
});

test("a row of another list changes nothing", () => {
  const state = withList(NOTHING_YET, listOf(TWO));
  assert.equal(withRow(state, row("z")), state);
});

test("many rows get their versions, and the counts follow", () => {
  const state = withList(NOTHING_YET, listOf([...TWO, row("c")]));
  const synced = withSync(
    state,
    [
      { person: "b", version: 4 },
      { person: "c", version: 5 },
      { person: "not loaded", version: 9 },
    ],
    true,
  );
  assert.deepEqual(
    synced.rows.map(({ version }) => version),
    [1, 4, 5],
  );
  assert.deepEqual([synced.syncOn, synced.waiting], [3, 0]);
});

test("who was never seen is new, and stays so", () => {
  const state = withList(NOTHING_YET, listOf(TWO));
  const first = withFresh(state, listOf([...TWO, row("c")]), new Set(["a", "b"]));
  assert.deepEqual([...first.fresh], ["c"]);
  const later = withFresh(first, listOf([...TWO, row("c")]), new Set(["a", "b", "c"]));
  assert.deepEqual([...later.fresh], ["c"]);
});

test("only rows that differ are to be painted anew", () => {
  const after = [row("a", { sync: true }), row("b", { username: "other" })];
  assert.deepEqual(
    changedRows(TWO, after)?.map(({ person }) => person),
    ["b"],
  );
  assert.deepEqual(changedRows(TWO, TWO), []);
});

test("other persons, or another order, are shown anew whole", () => {
  assert.equal(changedRows(TWO, [row("b"), row("a", { sync: true })]), null);
  assert.equal(changedRows(TWO, [...TWO, row("c")]), null);
});
