import assert from "node:assert/strict";
import { test } from "node:test";

import type { ConfigurationChoice, Right } from "../src/api/types.ts";
import { choicesOf } from "../src/place.ts";
import { bySchool, distinction, schoolsWith } from "../src/screens/schools.ts";

function schools(staff: Right, ...given: [number: string, name: string, locations: string[]][]) {
  const configuration: ConfigurationChoice = {
    name: "oost",
    school_year: "2024-25",
    schools: given.map(([number, name, locations]) => ({
      number,
      name,
      students: "write",
      staff,
      locations: locations.map((location) => ({
        sourced_id: `${number}-${location}`,
        number: "1",
        name: location,
        students: "write",
      })),
    })),
  };
  return bySchool(choicesOf([configuration]));
}

test("schools of one name are apart, and told apart", () => {
  const found = schools("write", ["101", "De Bron", ["Noord"]], ["102", "De Bron", ["Zuid"]]);
  assert.deepEqual(found.map(distinction), ["101 · oost", "102 · oost"]);
  assert.deepEqual(
    found.map(({ choices }) => choices.map(({ locationName }) => locationName)),
    [
      ["Noord", null],
      ["Zuid", null],
    ],
  );
});

test("a school with several locations is one", () => {
  const found = schools("none", ["101", "De Bron", ["Noord", "Zuid"]], ["102", "De Bron", ["A", "B"]]);
  assert.deepEqual(
    found.map(({ number, choices }) => [number, choices.length]),
    [
      ["101", 3],
      ["102", 3],
    ],
  );
});

test("schools of one name and one location are apart, also without a list of staff", () => {
  const found = schools("none", ["101", "De Bron", ["Noord"]], ["102", "De Bron", ["Noord"]]);
  assert.deepEqual(found.map(distinction), ["101 · oost", "102 · oost"]);
});

test("a school with a name of its own needs no number", () => {
  assert.deepEqual(schools("write", ["101", "De Bron", ["Noord"]]).map(distinction), [""]);
});

test("a school is found by words of its name, its number or its locations", () => {
  const all = schools("write", ["101", "Athénée Sud", ["Noord"]], ["102", "De Bron", ["Zuid"]]);
  const names = (text: string): string[] => schoolsWith(all, text).map(({ name }) => name);
  assert.deepEqual(names("athenee"), ["Athénée Sud"]);
  assert.deepEqual(names("102"), ["De Bron"]);
  assert.deepEqual(names("zuid bron"), ["De Bron"]);
  assert.deepEqual(names(""), ["Athénée Sud", "De Bron"]);
  assert.deepEqual(names("elders"), []);
});
