import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistoryEvent } from "../src/api/types.ts";
import { actorText, eventText } from "../src/details/event_text.ts";
import { Speech } from "../src/texts/texts.ts";

const NL = new Speech("nl");

function event(more: Partial<HistoryEvent>): HistoryEvent {
  const moment = "2024-10-01T08:15:00Z";
  return {
    id: 1,
    at: moment,
    actor: "engine",
    kind: "edited",
    before: null,
    after: null,
    rule: null,
    undoable: true,
    ...more,
  };
}

test("an edit says both names, not the one that is kept for the person", () => {
  const edited = event({
    before: { local_part: "jan", domain: null },
    after: { local_part: "jan2", domain: "college.be", reserved: "jan" },
  });
  assert.equal(eventText(NL, edited), "Gewijzigd van jan naar jan2@college.be");
});

test("an edit of the domain alone says the domain", () => {
  const fixed = event({ before: { domain: null }, after: { domain: "college.be" } });
  assert.equal(eventText(NL, fixed), "Domein vastgelegd: college.be");
  const removed = event({ before: { domain: "college.be" }, after: { domain: null } });
  assert.equal(eventText(NL, removed), "Domein college.be weggehaald");
});

test("Sync says on or off, and an undo that it is one", () => {
  const off = event({
    kind: "sync_set",
    before: { sync: true },
    after: { sync: false },
    rule: "undo:7",
  });
  assert.equal(eventText(NL, off), "Sync uitgezet (door ongedaan maken)");
});

test("a kind that the page does not know is a change", () => {
  assert.equal(eventText(NL, event({ kind: "teleported" })), "Gewijzigd");
});

test("who did it is told by name, without the issuer's id", () => {
  assert.equal(actorText(NL, "An De Smet <00u1>"), "An De Smet");
  assert.equal(actorText(NL, "engine"), "automatisch");
});
