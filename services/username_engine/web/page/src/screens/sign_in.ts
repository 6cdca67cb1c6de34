import { element } from "../dom.ts";
import { icon } from "../icons.ts";
import { signIn } from "../session.ts";
import type { Speech } from "../texts/texts.ts";
import { languagePicker } from "./language_picker.ts";

/** For who is not signed in. */
export function signInScreen(speech: Speech, languageChosen: () => void): HTMLElement {
  return element(
    "main",
    { class: "sign-in" },
    element(
      "div",
      { class: "sign-in-card" },
      element("span", { class: "mark" }, icon("person")),
      element("h1", {}, speech.say("page.title")),
      element("p", {}, speech.say("sign_in.welcome")),
      element(
        "button",
        { type: "button", class: "button button-primary button-wide", onclick: signIn },
        speech.say("sign_in.button"),
      ),
      languagePicker(speech, languageChosen),
    ),
  );
}
