/** What a problem is called on the screen. Pure. */

import type { Problem } from "../api/problem.ts";
import type { TextKey } from "./nl.ts";
import type { Speech } from "./texts.ts";

// The engine's own words are in the asked language where it has them; these it has in English only.
const OWN_TEXTS: Readonly<Record<string, TextKey>> = {
  "network.unreachable": "problem.network",
  "page.fault": "problem.page",
  "answer.unreadable": "problem.server",
  "http.not_found": "problem.gone",
  "auth.required": "problem.signed_out",
  "auth.csrf": "problem.signed_out",
  "sync.not_saved": "sync.failed_detail",
  "accounts.too_large": "problem.file_too_large",
  "accounts.not_csv": "problem.file_not_csv",
};

export function problemText(speech: Speech, problem: Problem): string {
  const key = OWN_TEXTS[problem.code];
  if (key !== undefined) {
    return speech.say(key);
  }
  return problem.detail || speech.say(problem.status >= 500 ? "problem.server" : "problem.page");
}
