import { element } from "../dom.ts";

/** A bar that runs while something does, however long it may take. */
export class Progress {
  readonly element: HTMLElement;
  readonly #bar = element("div", { class: "progress-bar", role: "progressbar" });
  readonly #text = element("p", {});

  constructor() {
    this.element = element(
      "div",
      { class: "progress", hidden: true, role: "status" },
      this.#bar,
      this.#text,
    );
  }

  show(text: string): void {
    this.#bar.setAttribute("aria-label", text);
    this.#text.textContent = text;
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
    this.#text.textContent = "";
  }
}
