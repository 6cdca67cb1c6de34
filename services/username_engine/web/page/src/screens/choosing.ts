/** The lists one can open, by school. Links, so that they can be kept and opened in other tabs. */

import { element } from "../dom.ts";
import { icon } from "../icons.ts";
import { type Choice, type Place, queryOf } from "../place.ts";
import type { Speech } from "../texts/texts.ts";
import { message } from "./message.ts";

export function choosingScreen(
  speech: Speech,
  choices: readonly Choice[],
  go: (place: Place) => void,
): HTMLElement {
  const main = element("main", { class: "choosing", id: "list", tabindex: -1 });
  if (choices.length === 0) {
    main.append(
      message("lock", speech.say("place.none"), element("p", {}, speech.say("place.none_detail"))),
    );
    return main;
  }
  main.append(
    element("h1", {}, speech.say("place.choose")),
    element("p", { class: "lead" }, speech.say("place.choose_detail")),
    element(
      "div",
      { class: "schools" },
      ...bySchool(choices).map((those) => school(speech, those, go)),
    ),
  );
  return main;
}

/** Choices of one school, in the order they come in. */
export function bySchool(choices: readonly Choice[]): Choice[][] {
  const schools = new Map<string, Choice[]>();
  for (const choice of choices) {
    const key = `${choice.place.configuration} ${choice.schoolName}`;
    schools.set(key, [...(schools.get(key) ?? []), choice]);
  }
  return [...schools.values()];
}

function school(
  speech: Speech,
  choices: readonly Choice[],
  go: (place: Place) => void,
): HTMLElement {
  const [{ schoolName, schoolYear } = { schoolName: "", schoolYear: "" }] = choices;
  const list = element("ul", {});
  for (const choice of choices) {
    list.append(element("li", {}, link(speech, choice, go)));
  }
  return element(
    "section",
    { class: "school" },
    element("h2", {}, icon("school"), schoolName),
    element("p", { class: "school-year" }, speech.say("place.school_year", { year: schoolYear })),
    list,
  );
}

function link(speech: Speech, choice: Choice, go: (place: Place) => void): HTMLElement {
  return element(
    "a",
    {
      href: queryOf(choice.place),
      onclick: (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
          event.preventDefault();
          go(choice.place);
        }
      },
    },
    element("span", { class: "school-group" }, speech.say(`place.${choice.place.group}`)),
    element(
      "span",
      { class: "school-place" },
      choice.place.group === "staff" ? speech.say("place.whole_staff") : placeName(speech, choice),
    ),
    choice.right === "read" && element("span", { class: "tag" }, speech.say("place.read_only")),
    icon("chevron"),
  );
}

/** What a list is called beside its group: the location, or the whole school. */
export function placeName(speech: Speech, { locationName, place, schoolName }: Choice): string {
  return (
    locationName ?? (place.group === "students" ? speech.say("place.whole_school") : schoolName)
  );
}
