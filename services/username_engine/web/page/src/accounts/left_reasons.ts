import type { Speech } from "../texts/texts.ts";

/** Why proposals were left, each reason once. Pure. */
export function leftReasons(speech: Speech, left: readonly { reason: string }[]): string {
  const said = left.map(({ reason }) => {
    const key = `accounts.left_${reason}`;
    return speech.say(speech.has(key) ? key : "accounts.left_other");
  });
  return [...new Set(said)].join("; ");
}
