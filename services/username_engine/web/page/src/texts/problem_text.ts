/** What a problem is called on the screen. Pure. */

import type { Problem } from "../api/problem.ts";
import type { TextKey } from "./nl.ts";
import type { Speech } from "./texts.ts";

// The engine's own words are in the asked language where it has them; these it has in English only.
const OWN_TEXTS: Readonly<Record<string, TextKey>> = {
  "network.unreachable": "problem.network",
  "page.fault": "problem.page",
  "answer.unreadable": "problem.server",
  "auth.required": "problem.signed_out",
  "auth.csrf": "problem.signed_out",
  "sync.not_saved": "sync.failed_detail",
  "proposal.unknown": "problem.proposal_unknown",
  "proposal.ambiguous": "problem.proposal_ambiguous",
  "proposal.domain_not_allowed": "problem.proposal_domain",
  "accounts.faults": "problem.file_faults",
  "accounts.too_large": "problem.file_too_large",
  "accounts.not_csv": "problem.file_not_csv",
  "proposal.name_taken": "problem.proposal_name_taken",
};

export function problemText(speech: Speech, problem: Problem): string {
  const key = OWN_TEXTS[problem.code];
  if (key !== undefined) {
    return speech.say(key);
  }
  return problem.detail || speech.say(problem.status >= 500 ? "problem.server" : "problem.page");
}
