import assert from "node:assert/strict";
import { test } from "node:test";
import { conflictOf, problemOf } from "../src/api/problem.ts";

const CONFLICT = {
  code: "version.conflict",
  title: "Niet gelukt",
  detail: "Iemand anders …",
  version: 3,
  present: { username: "a", sync: true },
  given: { username: "b", sync: true },
};

test("a problem has its code, words and proposal", () => {
  const problem = problemOf(409, {
    code: "username.taken",
    title: "Gebruikersnaam fout",
    detail: "'jan' is al in gebruik.",
    proposal: "jan2",
  });
  assert.equal(problem.code, "username.taken");
  assert.equal(problem.proposal, "jan2");
  assert.equal(problem.passes, false);
});

test("an answer that is no problem document is one all the same", () => {
  for (const body of [null, "<html>", 7, [], {}]) {
    const problem = problemOf(502, body);
    assert.equal(problem.code, "answer.unreadable");
    assert.equal(problem.proposal, null);
    assert.ok(problem.passes);
  }
});

test("a conflict has both values and the version to go on from", () => {
  assert.deepEqual(conflictOf(problemOf(412, CONFLICT)), {
    version: 3,
    present: { username: "a", sync: true },
    given: { username: "b", sync: true },
  });
});

test("what lacks one of them is no conflict to choose in", () => {
  assert.equal(conflictOf(problemOf(412, { ...CONFLICT, present: {} })), null);
  assert.equal(conflictOf(problemOf(412, { ...CONFLICT, version: "3" })), null);
  assert.equal(conflictOf(problemOf(409, { ...CONFLICT, code: "username.taken" })), null);
});
