/** Why somebody should look at a name, and what to do about it. */

import type { Speech } from "../texts/texts.ts";

export interface FlagText {
  readonly title: string;
  readonly advice: string;
  /** Whether what to do is done among the accounts that exist already. */
  readonly isOfAccounts: boolean;
}

// Stands beside the reasons for it, which say more.
const REVIEW = "needs_review";
const OF_ACCOUNTS: ReadonlySet<string> = new Set(["likely_existing_account", "name_taken_in_tenant"]);

/** The texts of a row's flags; those that the page does not know in general words, once. */
export function flagTexts(speech: Speech, flags: readonly string[]): FlagText[] {
  const reasons = flags.filter((flag) => flag !== REVIEW);
  const told = reasons.length === 0 ? flags : reasons;
  const known = told.filter((flag) => speech.has(`flag.${flag}`));
  const keys = known.length < told.length ? [...known, "other"] : known;
  return keys.map((flag) => ({
    title: saidOf(speech, `flag.${flag}`),
    advice: saidOf(speech, `flag.${flag}_advice`),
    isOfAccounts: OF_ACCOUNTS.has(flag),
  }));
}

function saidOf(speech: Speech, key: string): string {
  return speech.has(key) ? speech.say(key) : "";
}
