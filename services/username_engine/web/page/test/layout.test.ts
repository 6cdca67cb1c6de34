import assert from "node:assert/strict";
import { test } from "node:test";
import { COLUMN_KEYS } from "../src/api/types.ts";
import {
  keep,
  kept,
  layoutKey,
  layoutOf,
  layoutText,
  shownColumns,
  STANDARD,
  withHidden,
  withMoved,
  withOrder,
  withShifted,
  withWidth,
} from "../src/table/layout.ts";

test("what was left comes back", () => {
  let layout = withHidden(STANDARD, "school", true);
  layout = withWidth(withMoved(layout, "class", -1), "username", 301.6);
  layout = { ...layout, sort: [{ column: "class", descending: true }] };
  assert.deepEqual(layoutOf(layoutText(layout)), layout);
});

test("somebody new sees all columns in the manual's order", () => {
  assert.deepEqual(shownColumns(layoutOf(null)), [...COLUMN_KEYS]);
});

test("what is not understood is as for somebody new", () => {
  for (const text of [
    "",
    "nonsense",
    "[]",
    "7",
    '{"order":"x","hidden":{},"widths":[1],"sort":3}',
  ]) {
    assert.deepEqual(layoutOf(text), STANDARD, text);
  }
});

test("a column that an older page did not know stands where it stands for somebody new", () => {
  const others = COLUMN_KEYS.filter((key) => key !== "username").reverse();
  const { order } = layoutOf(JSON.stringify({ order: others }));
  assert.equal(order.length, COLUMN_KEYS.length);
  assert.equal(order.indexOf("username"), order.indexOf("sync") + 1);
});

test("a hidden column keeps its place for when it is shown again", () => {
  const hidden = withHidden(STANDARD, "given_name", true);
  const moved = withOrder(hidden, [...shownColumns(hidden)].reverse());
  const shown = shownColumns(withHidden(moved, "given_name", false));
  assert.equal(shown.indexOf("given_name"), shown.indexOf("family_name") + 1);
});

test("a column goes past a neighbour that is shown, and not out of the table", () => {
  const hidden = withHidden(STANDARD, "given_name", true);
  assert.deepEqual(shownColumns(withMoved(hidden, "sync", -1)).slice(0, 2), [
    "sync",
    "family_name",
  ]);
  assert.equal(withMoved(STANDARD, "family_name", -1), STANDARD);
  assert.equal(withShifted(STANDARD, "created_on", 1), STANDARD);
});

test("widths stay within what can be used", () => {
  const { widths } = layoutOf('{"widths":{"class":2,"username":99999,"shoe":80,"school":"wide"}}');
  assert.deepEqual(widths, { class: 48, username: 800 });
});

test("never all columns are hidden", () => {
  const layout = layoutOf(JSON.stringify({ hidden: COLUMN_KEYS }));
  assert.deepEqual(shownColumns(layout), [...COLUMN_KEYS]);
});

test("it is kept by person and list, and a browser that keeps nothing is no error", () => {
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => void stored.set(key, text),
  };
  const layout = withHidden(STANDARD, "domain", true);
  keep(layoutKey("me", "staff"), layout, () => storage);
  assert.deepEqual(kept(layoutKey("me", "staff"), () => storage), layout);
  assert.deepEqual(kept(layoutKey("me", "students"), () => storage), STANDARD);
  const closed = {
    getItem: (): string => {
      throw new Error("closed");
    },
    setItem: (): void => {
      throw new Error("closed");
    },
  };
  keep("any", layout, () => closed);
  assert.deepEqual(kept("any", () => closed), STANDARD);
  const forbidden = (): never => {
    throw new Error("forbidden");
  };
  keep("any", layout, forbidden);
  assert.deepEqual(kept("any", forbidden), STANDARD);
});
