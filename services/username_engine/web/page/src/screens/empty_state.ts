/** Why a list is empty, in the words of the guide's troubleshooting. */

import type { Problem } from "../api/problem.ts";
import type { EmptyReason, Group } from "../api/types.ts";
import { element } from "../dom.ts";
import { problemText } from "../texts/problem_text.ts";
import type { TextKey } from "../texts/nl.ts";
import type { Speech } from "../texts/texts.ts";
import { message } from "./message.ts";

/** The texts for a reason: the title and what stands beneath. Pure. */
export function emptyTexts(reason: EmptyReason, group: Group): readonly [TextKey, ...TextKey[]] {
  switch (reason) {
    case "no_active_enrolment":
      return [
        `empty.no_active_enrolment_${group}`,
        `empty.no_active_enrolment_${group}_detail`,
        `empty.no_active_enrolment_${group}_more`,
      ];
    case "names_being_made":
      return [
        "empty.names_being_made",
        `empty.names_being_made_${group}`,
        "empty.names_being_made_more",
      ];
    default:
      return [`empty.${reason}`, `empty.${reason}_detail`];
  }
}

const ICONS = {
  no_configuration: "link",
  no_right: "lock",
  no_active_enrolment: "person",
  names_being_made: "clock",
  no_match: "search",
} as const;

export function emptyState(
  speech: Speech,
  reason: EmptyReason,
  group: Group,
  clearFilters: () => void,
): HTMLElement {
  const [title, ...more] = emptyTexts(reason, group);
  const shown = message(
    ICONS[reason],
    speech.say(title),
    ...more.map((key) => element("p", {}, speech.say(key))),
  );
  if (reason === "no_match") {
    shown.append(
      element(
        "button",
        { type: "button", class: "button", onclick: clearFilters },
        speech.say("list.clear"),
      ),
    );
  }
  return shown;
}

/** Whether there is no such list, so that asking again is no use. */
export function isNoList(problem: Problem | null): boolean {
  return problem?.code === "configuration.unknown";
}

export function failedState(speech: Speech, problem: Problem, retry: () => void): HTMLElement {
  if (isNoList(problem)) {
    return message(
      ICONS.no_configuration,
      speech.say("place.unknown"),
      element("p", {}, speech.say("place.unknown_detail")),
      element("a", { class: "button", href: "/" }, speech.say("place.other")),
    );
  }
  return message(
    "alert",
    speech.say("list.failed"),
    element("p", {}, problemText(speech, problem)),
    element(
      "button",
      { type: "button", class: "button", onclick: retry },
      speech.say("page.retry"),
    ),
  );
}
