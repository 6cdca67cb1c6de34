/** Why proposals cannot be approved. Pure. */

import type { Speech } from "../texts/texts.ts";

export function leftReason(speech: Speech, reason: string): string {
  const key = `accounts.left_${reason}`;
  return speech.say(speech.has(key) ? key : "accounts.left_other");
}

/** Of several, each reason once. */
export function leftReasons(speech: Speech, left: readonly { reason: string }[]): string {
  return [...new Set(left.map(({ reason }) => leftReason(speech, reason)))].join("; ");
}
