import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EVERYTHING,
  filterCount,
  listParameters,
  type ListQuery,
  sortOf,
  sortText,
  withFilter,
  withoutFilters,
  withSortBy,
} from "../src/list/query.ts";
import type { Place } from "../src/place.ts";

const PLACE: Place = { configuration: "demo", group: "students", school: null, location: "1-2" };

test("presses on a header sort up, down and not", () => {
  let query: ListQuery = EVERYTHING;
  const seen = [1, 2, 3].map(() => {
    query = withSortBy(query, "class", false);
    return sortText(query.sort);
  });
  assert.deepEqual(seen, ["class", "-class", ""]);
});

test("a further press keeps the other columns in their places", () => {
  let query = withSortBy(EVERYTHING, "class", false);
  query = withSortBy(query, "birth_date", true);
  query = withSortBy(query, "class", true);
  assert.equal(sortText(query.sort), "-class,birth_date");
  assert.equal(sortText(withSortBy(query, "class", true).sort), "birth_date");
  assert.equal(sortText(withSortBy(query, "username", false).sort), "username");
});

test("a kept order comes back, without what is no column", () => {
  assert.deepEqual(sortText(sortOf("-class,shoe_size,username")), "-class,username");
  assert.deepEqual(sortOf(""), []);
});

test("a blank filter is none", () => {
  const query = withFilter(withFilter(EVERYTHING, "class", "6j"), "username", "jan");
  assert.equal(filterCount(query), 2);
  assert.deepEqual(withFilter(query, "class", "  ").filters, { username: "jan" });
});

test("without filters the order stays", () => {
  const query = { ...withSortBy(EVERYTHING, "class", false), search: "jan" };
  assert.deepEqual(withoutFilters(query), { ...EVERYTHING, sort: query.sort });
});

test("the engine is asked for the place, search, filters and order", () => {
  const query = { ...withFilter(EVERYTHING, "sync", "false"), search: " jan ", flagged: true };
  assert.equal(filterCount(query), 3);
  const asked = Object.fromEntries(listParameters(PLACE, withSortBy(query, "class", false)));
  assert.deepEqual(asked, {
    group: "students",
    at_location: "1-2",
    q: "jan",
    flagged: "true",
    sync: "false",
    sort: "class",
  });
});

test("a date as German writes it is asked as the engine reads it", () => {
  const asked = listParameters(PLACE, withFilter(EVERYTHING, "birth_date", "05.03.2012"));
  assert.equal(asked.get("birth_date"), "05/03/2012");
});
