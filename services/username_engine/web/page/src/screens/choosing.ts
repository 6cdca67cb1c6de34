/** The lists one can open, by school. Links, so that they can be kept and opened in other tabs. */

import { append, element, newId } from "../dom.ts";
import { icon } from "../icons.ts";
import { type Choice, type Place, queryOf } from "../place.ts";
import type { Speech } from "../texts/texts.ts";
import { messageUnder } from "./message.ts";
import { bySchool, distinction, type School, schoolsWith } from "./schools.ts";

/** So many one sees at a glance. */
const FEW = 12;

export function choosingScreen(
  speech: Speech,
  choices: readonly Choice[],
  go: (place: Place) => void,
): HTMLElement {
  const main = element("main", { class: "choosing", id: "list", tabindex: -1 });
  if (choices.length === 0) {
    main.append(
      messageUnder(
        element("h1", {}, speech.say("place.none")),
        "lock",
        element("p", {}, speech.say("place.none_detail")),
      ),
    );
    return main;
  }
  const schools = bySchool(choices);
  const list = element("div", { class: "schools" });
  const none = element("p", { class: "lead", role: "status" });
  const show = (shown: readonly School[]): void => {
    list.replaceChildren(...shown.map((each) => school(speech, each, go)));
    none.textContent = shown.length === 0 ? speech.say("empty.no_match_detail") : "";
  };
  append(
    main,
    element("h1", {}, speech.say("place.choose")),
    element("p", { class: "lead" }, speech.say("place.choose_detail")),
    schools.length > FEW && searchable(speech, schools, show),
    none,
    list,
  );
  show(schools);
  return main;
}

function searchable(
  speech: Speech,
  schools: readonly School[],
  show: (schools: readonly School[]) => void,
): HTMLElement {
  const id = newId("schools");
  const label = speech.say("place.search");
  const field = element("input", {
    id,
    type: "search",
    class: "search-input",
    placeholder: label,
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => show(schoolsWith(schools, field.value)),
  });
  return element(
    "div",
    { class: "search schools-search", role: "search" },
    element("label", { for: id, class: "visually-hidden" }, label),
    icon("search"),
    field,
  );
}

function school(speech: Speech, shown: School, go: (place: Place) => void): HTMLElement {
  const list = element("ul", {});
  for (const choice of shown.choices) {
    list.append(element("li", {}, link(speech, choice, go)));
  }
  const year = shown.choices[0]?.schoolYear ?? "";
  const apart = distinction(shown);
  return element(
    "section",
    { class: "school" },
    element("h2", {}, icon("school"), shown.name),
    apart !== "" && element("p", { class: "school-apart" }, apart),
    element("p", { class: "school-year" }, speech.say("place.school_year", { year })),
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
      element("span", {}, listName(speech, choice)),
      choice.right === "read" && element("span", { class: "tag" }, speech.say("place.read_only")),
    ),
    icon("chevron"),
  );
}

function listName(speech: Speech, choice: Choice): string {
  return choice.place.group === "staff"
    ? speech.say("place.whole_staff")
    : placeName(speech, choice);
}

/** What a list is called beside its group: the location, or the whole school. */
export function placeName(speech: Speech, { locationName, place, schoolName }: Choice): string {
  return (
    locationName ?? (place.group === "students" ? speech.say("place.whole_school") : schoolName)
  );
}
