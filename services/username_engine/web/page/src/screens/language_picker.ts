import { element, newId } from "../dom.ts";
import { keepLanguage } from "../session.ts";
import { LANGUAGE_NAMES, LANGUAGES, languageOf, type Speech } from "../texts/texts.ts";

/** The language, which is kept for the next visit. */
export function languagePicker(speech: Speech, chosen: () => void): HTMLElement {
  const id = newId("language");
  const select = element("select", {
    id,
    class: "select",
    onchange: () => {
      keepLanguage(languageOf(select.value));
      chosen();
    },
  });
  for (const language of LANGUAGES) {
    const name = LANGUAGE_NAMES[language];
    select.append(element("option", { value: language, lang: language }, name));
  }
  select.value = speech.language;
  const label = element(
    "label",
    { for: id, class: "visually-hidden" },
    speech.say("page.language"),
  );
  return element("div", { class: "language" }, label, select);
}
