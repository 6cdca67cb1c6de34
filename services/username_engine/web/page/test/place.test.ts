import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConfigurationChoice } from "../src/api/types.ts";
import { choiceFor, choicesOf, inOtherGroup, type Place, placeIn, queryOf } from "../src/place.ts";

const AT_SCHOOL: Place = {
  configuration: "demo",
  group: "staff",
  school: "001507",
  location: null,
};
const AT_LOCATION: Place = {
  configuration: "demo & more",
  group: "students",
  school: null,
  location: "001507-1/é",
};

const CONFIGURATIONS: ConfigurationChoice[] = [
  {
    name: "demo",
    school_year: "2024-25",
    schools: [
      {
        number: "001507",
        name: "College",
        students: "write",
        staff: "none",
        locations: [
          { sourced_id: "001507-1", number: "1", name: "Noord", students: "write" },
          { sourced_id: "001507-2", number: "2", name: "Zuid", students: "read" },
        ],
      },
      {
        number: "042168",
        name: "VTI",
        students: "read",
        staff: "write",
        locations: [{ sourced_id: "042168-1", number: "1", name: "Campus", students: "read" }],
      },
    ],
  },
];

test("a place comes back from the address it is in", () => {
  for (const place of [AT_SCHOOL, AT_LOCATION]) {
    assert.deepEqual(placeIn(queryOf(place)), place);
  }
});

test("the address holds the place and nothing else", () => {
  const keys = [...new URLSearchParams(queryOf(AT_SCHOOL)).keys()].sort();
  assert.deepEqual(keys, ["at_school", "configuration", "group"]);
});

test("an address without one whole place names none", () => {
  for (const query of [
    "",
    "?configuration=demo",
    "?configuration=demo&group=students",
    "?configuration=demo&group=parents&at_school=1",
    "?configuration=demo&group=staff&at_school=1&at_location=2",
    "?group=staff&at_school=1",
  ]) {
    assert.equal(placeIn(query), null, query);
  }
});

test("what one has no right to cannot be chosen, and a school with one location is that location", () => {
  const choices = choicesOf(CONFIGURATIONS).map(({ place }) => queryOf(place));
  assert.deepEqual(choices, [
    "?group=students&at_school=001507&configuration=demo",
    "?group=students&at_location=001507-1&configuration=demo",
    "?group=students&at_location=001507-2&configuration=demo",
    "?group=students&at_location=042168-1&configuration=demo",
    "?group=staff&at_school=042168&configuration=demo",
  ]);
});

test("each choice has the right that one has there", () => {
  const rights = choicesOf(CONFIGURATIONS).map(({ right }) => right);
  assert.deepEqual(rights, ["write", "write", "read", "read", "write"]);
});

test("a place that is none of the choices is no choice", () => {
  assert.equal(choiceFor(AT_SCHOOL, choicesOf(CONFIGURATIONS)), null);
});

test("the students of a school with one location are that location's", () => {
  const choices = choicesOf(CONFIGURATIONS);
  const whole: Place = { configuration: "demo", group: "students", school: "042168", location: null };
  assert.equal(choiceFor(whole, choices)?.place.location, "042168-1");
  assert.equal(choiceFor({ ...whole, school: "999999" }, choices), null);
  assert.equal(choiceFor({ ...whole, configuration: "other" }, choices), null);
});

test("another group is that of the same school, or of the first that has one", () => {
  const choices = choicesOf(CONFIGURATIONS);
  const [college, , , vti] = choices;
  assert.ok(college && vti);
  assert.equal(inOtherGroup(vti, "staff", choices)?.place.school, "042168");
  assert.equal(inOtherGroup(college, "staff", choices)?.place.school, "042168");
});
