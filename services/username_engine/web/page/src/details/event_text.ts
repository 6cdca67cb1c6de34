/** What an event of the history is called. Pure. */

import type { HistoryEvent } from "../api/types.ts";
import type { Speech } from "../texts/texts.ts";

type Values = Record<string, unknown> | null;

/** What happened, in a sentence. */
export function eventText(speech: Speech, event: HistoryEvent): string {
  const text = sentence(speech, event);
  const undone = event.rule?.startsWith("undo:") ?? false;
  return undone ? `${text} (${speech.say("history.undoing")})` : text;
}

/** Who did it: the engine, the command line, or the name without the issuer's id of the person. */
export function actorText(speech: Speech, actor: string): string {
  if (actor === "engine" || actor === "operator") {
    return speech.say(`history.by_${actor}`);
  }
  return actor.replace(/\s*<[^<>]*>$/, "");
}

function sentence(speech: Speech, { kind, before, after }: HistoryEvent): string {
  if (kind === "sync_set" && typeof after?.["sync"] === "boolean") {
    return speech.say(after["sync"] ? "history.sync_on" : "history.sync_off");
  }
  const key = `history.${kind}`;
  if (kind === "edited" && !("local_part" in (after ?? {})) && "domain" in (after ?? {})) {
    return domainSentence(speech, before, after);
  }
  return speech.has(key)
    ? speech.say(key, { before: nameIn(before), after: nameIn(after) })
    : speech.say("history.other");
}

function domainSentence(speech: Speech, before: Values, after: Values): string {
  const fixed = first(after, ["domain"]);
  return fixed === null
    ? speech.say("history.domain_removed", { before: first(before, ["domain"]) ?? "" })
    : speech.say("history.domain_fixed", { after: fixed });
}

// The fields differ by kind; a name is told with the domain that is fixed to it. An edit's
// `reserved`, the name given up, counts last.
function nameIn(values: Values): string {
  const local = first(values, ["local_part"]);
  const domain = first(values, ["domain"]);
  if (local !== null) {
    return domain === null ? local : `${local}@${domain}`;
  }
  return first(values, ["username", "account", "user_principal_name", "domain", "reserved"]) ?? "…";
}

function first(values: Values, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = values?.[key];
    if (typeof value === "string" && value !== "") {
      return value;
    }
  }
  return null;
}
