import assert from "node:assert/strict";
import { test } from "node:test";
import { rowKey } from "../src/table/pressed_keys.ts";

function press(key: string, more: Partial<KeyboardEvent> = {}) {
  return { key, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...more };
}

test("a name is edited by Enter, F2, and typing, which replaces it", () => {
  assert.deepEqual(rowKey(press("Enter"), "username", false), { act: "edit", typed: null });
  assert.deepEqual(rowKey(press("F2"), "username", false), { act: "edit", typed: null });
  assert.deepEqual(rowKey(press("j"), "username", false), { act: "edit", typed: "j" });
  assert.deepEqual(rowKey(press("Delete"), "username", false), { act: "edit", typed: "" });
});

test("keys that go on elsewhere, or are the browser's, edit nothing", () => {
  for (const given of [
    press("ArrowDown"),
    press("Tab"),
    press("c", { ctrlKey: true }),
    press(" "),
  ]) {
    assert.equal(rowKey(given, "username", false), null, given.key);
  }
});

test("Space turns Sync, and Enter opens the row elsewhere", () => {
  assert.deepEqual(rowKey(press(" "), "sync", false), { act: "sync" });
  assert.deepEqual(rowKey(press("Enter"), "family_name", false), { act: "details" });
  assert.equal(rowKey(press(" "), "family_name", false), null);
});

test("who may only read opens rows and changes nothing", () => {
  assert.equal(rowKey(press("j"), "username", true), null);
  assert.deepEqual(rowKey(press("Enter"), "username", true), { act: "details" });
  assert.equal(rowKey(press(" "), "sync", true), null);
});
