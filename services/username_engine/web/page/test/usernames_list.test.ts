import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "../src/api/client.ts";
import type { UsernameList } from "../src/api/types.ts";
import { EVERYTHING, withFilter } from "../src/list/query.ts";
import { UsernamesList } from "../src/list/usernames_list.ts";
import type { Place } from "../src/place.ts";
import { listOf, row } from "./rows.ts";

const PLACE: Place = { configuration: "demo", group: "students", school: null, location: "1-2" };

/** A list whose engine answers whatever `answers.now` is. */
function listAt(answers: { now: UsernameList }): UsernamesList {
  const client = {
    get: async () => answers.now,
    getIfChanged: async () => ({ body: answers.now, etag: null }),
  };
  return new UsernamesList(client as unknown as Client, PLACE);
}

test("who comes into a list that was seen whole is new, under a filter too", async () => {
  const answers = { now: listOf([row("a"), row("b")]) };
  const list = listAt(answers);
  await list.ask();
  assert.equal(list.state.fresh.size, 0);
  answers.now = listOf([row("a")]);
  await list.ask(withFilter(EVERYTHING, "class", "6a"));
  answers.now = listOf([row("a"), row("c")]);
  await list.look();
  assert.deepEqual([...list.state.fresh], ["c"]);
});

test("a row that only now matches the filter is not new", async () => {
  const answers = { now: listOf([row("a"), row("b")]) };
  const list = listAt(answers);
  await list.ask();
  answers.now = listOf([row("a")]);
  await list.ask(withFilter(EVERYTHING, "class", "6a"));
  answers.now = listOf([row("a"), row("b")]);
  await list.look();
  assert.equal(list.state.fresh.size, 0);
});

test("before all rows were seen once nobody is new", async () => {
  const answers = { now: listOf([row("a")]) };
  const list = listAt(answers);
  await list.ask(withFilter(EVERYTHING, "class", "6a"));
  answers.now = listOf([row("a"), row("b")]);
  await list.look();
  await list.ask(EVERYTHING);
  assert.equal(list.state.fresh.size, 0);
  answers.now = listOf([row("a"), row("b"), row("c")]);
  await list.look();
  assert.deepEqual([...list.state.fresh], ["c"]);
});
