/** Title, what is shown, language, and who one is. */

import { asProblem } from "../api/client.ts";
import type { Group } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element, newId } from "../dom.ts";
import { icon } from "../icons.ts";
import { type Choice, inOtherGroup, type Place, queryOf } from "../place.ts";
import { placeName } from "./choosing.ts";
import { languagePicker } from "./language_picker.ts";
import { bySchool, distinction } from "./schools.ts";

export interface TopBarActions {
  go(place: Place | null): void;
  languageChosen(): void;
  signedOut(): void;
}

export function topBar(
  visit: Visit,
  choices: readonly Choice[],
  chosen: Choice | null,
  actions: TopBarActions,
): HTMLElement {
  const { speech } = visit;
  return element(
    "header",
    { class: "top-bar" },
    element("a", { class: "skip", href: "#list" }, speech.say("page.skip")),
    element(
      "a",
      {
        class: "brand",
        href: "/",
        onclick: (event) => {
          event.preventDefault();
          actions.go(null);
        },
      },
      element("span", { class: "brand-mark" }, icon("person")),
      element("span", { class: "brand-name" }, speech.say("page.title")),
    ),
    chosen && placePicker(visit, choices, chosen, actions),
    element(
      "div",
      { class: "top-bar-end" },
      languagePicker(speech, actions.languageChosen),
      personMenu(visit, actions),
    ),
  );
}

function placePicker(
  visit: Visit,
  choices: readonly Choice[],
  chosen: Choice,
  actions: TopBarActions,
): HTMLElement {
  const { speech } = visit;
  const id = newId("place");
  const groups = (["students", "staff"] as const).map((group) =>
    groupButton(visit, group, chosen, inOtherGroup(chosen, group, choices), actions),
  );
  const select = element("select", {
    id,
    class: "select place-select",
    onchange: () => {
      const next = choices.find(({ place }) => queryOf(place) === select.value);
      if (next) {
        actions.go(next.place);
      }
    },
  });
  for (const school of bySchool(choices)) {
    const apart = distinction(school);
    const label = apart === "" ? school.name : `${school.name} (${apart})`;
    const options = school.choices
      .filter(({ place }) => place.group === chosen.place.group)
      .map((choice) =>
        element("option", { value: queryOf(choice.place) }, optionText(visit, choice, label)),
      );
    if (options.length > 0) {
      select.append(element("optgroup", { label }, ...options));
    }
  }
  if (!choices.includes(chosen)) {
    // A list of the address that is none of these.
    const value = queryOf(chosen.place);
    select.prepend(element("option", { value }, unknownName(visit, chosen.place)));
  }
  select.value = queryOf(chosen.place);
  return element(
    "div",
    { class: "place" },
    element(
      "div",
      { class: "segments", role: "group", "aria-label": speech.say("place.list") },
      ...groups,
    ),
    element("label", { for: id, class: "visually-hidden" }, speech.say("place.place")),
    select,
  );
}

// A closed select shows the option alone, so it names its school too.
function optionText({ speech }: Visit, choice: Choice, school: string): string {
  const name = placeName(speech, choice);
  return name === choice.schoolName ? school : `${school} – ${name}`;
}

// All that is known of it stands in the address.
function unknownName({ speech }: Visit, { school, location }: Place): string {
  return location === null
    ? `${speech.say("column.school")} ${school ?? ""}`.trim()
    : `${speech.say("column.location")} ${location}`;
}

function groupButton(
  { speech }: Visit,
  group: Group,
  chosen: Choice,
  there: Choice | null,
  actions: TopBarActions,
): HTMLElement {
  const pressed = chosen.place.group === group;
  return element(
    "button",
    {
      type: "button",
      class: "segment",
      "aria-pressed": String(pressed),
      disabled: !pressed && there === null,
      onclick: () => {
        if (!pressed && there) {
          actions.go(there.place);
        }
      },
    },
    speech.say(`place.${group}`),
  );
}

function personMenu(visit: Visit, actions: TopBarActions): HTMLElement {
  const { speech, me } = visit;
  const menu = element("details", { class: "person-menu" });
  const leave = async (): Promise<void> => {
    try {
      const answer = await visit.client.send<{ issuer_sign_out: string | null }>(
        "POST",
        "/auth/sign-out",
      );
      if (answer.issuer_sign_out) {
        location.assign(answer.issuer_sign_out);
      } else {
        actions.signedOut();
      }
    } catch (error) {
      if (asProblem(error).status !== 401) {
        visit.notices.failure(speech.say("sign_in.failed"));
      }
    }
  };
  menu.append(
    element(
      "summary",
      { "aria-label": speech.say("page.menu", { name: me.name }) },
      icon("person"),
    ),
    element(
      "div",
      { class: "person-card" },
      element("p", { class: "quiet" }, speech.say("page.signed_in_as")),
      element("p", { class: "person-name" }, me.name),
      languagePicker(speech, actions.languageChosen),
      me.operator && element("p", { class: "tag" }, speech.say("page.operator")),
      element(
        "button",
        { type: "button", class: "button button-wide", onclick: () => void leave() },
        speech.say("page.sign_out"),
      ),
    ),
  );
  closeWhenLeft(menu);
  return menu;
}

/** A `details` that behaves as a menu: Escape, or going elsewhere, closes it. */
export function closeWhenLeft(menu: HTMLDetailsElement): void {
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) {
      menu.open = false;
    }
  });
  const elsewhere = (event: Event): void => {
    if (!menu.isConnected) {
      document.removeEventListener("pointerdown", elsewhere);
    } else if (event.target instanceof Node && !menu.contains(event.target)) {
      menu.open = false;
    }
  };
  menu.addEventListener("toggle", () => {
    document.removeEventListener("pointerdown", elsewhere);
    if (menu.open) {
      document.addEventListener("pointerdown", elsewhere);
    }
  });
}
