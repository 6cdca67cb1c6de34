import { type Child, element } from "../dom.ts";
import { icon, type IconName } from "../icons.ts";

/** A few words in the middle, where there is nothing else to show. */
export function message(drawn: IconName, title: string, ...more: Child[]): HTMLElement {
  return messageUnder(element("h2", {}, title), drawn, ...more);
}

/** The same under another heading. */
export function messageUnder(
  heading: HTMLHeadingElement,
  drawn: IconName,
  ...more: Child[]
): HTMLElement {
  return element(
    "div",
    { class: "message" },
    element("span", { class: "mark" }, icon(drawn)),
    heading,
    ...more,
  );
}
