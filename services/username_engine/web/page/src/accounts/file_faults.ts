/** What is wrong with a file of accounts, in the words of the page. Pure. */

import type { FileFault } from "../api/types.ts";
import type { Speech } from "../texts/texts.ts";

/** With the line and the column, where it is about these. */
export function faultText(speech: Speech, fault: FileFault): string {
  const { line, column } = fault;
  const problem = problemIn(speech, fault);
  if (line === null) {
    return problem;
  }
  return column === null
    ? speech.say("accounts.fault_in_line", { line, problem })
    : speech.say("accounts.fault", { line, column, problem });
}

function problemIn(speech: Speech, { code, values, problem }: FileFault): string {
  const key = `accounts.fault_${code}`;
  // One form or the other of the only number that is counted.
  return speech.has(key) ? speech.say(key, { ...values, count: values["found"] ?? 0 }) : problem;
}
