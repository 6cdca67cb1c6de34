/** A column's header: its title, which sorts, and its filter; for Sync? also the box for all rows. */

import type { ColumnKey } from "../api/types.ts";
import { element } from "../dom.ts";
import { icon } from "../icons.ts";
import type { ListQuery } from "../list/query.ts";
import type { Speech } from "../texts/texts.ts";
import { ariaChecked, nextSync, type SyncBoxState } from "./sync_box.ts";

export interface HeaderActions {
  sort(column: ColumnKey, further: boolean): void;
  filter(column: ColumnKey, text: string): void;
  syncAll(): void;
}

export class HeaderCell {
  readonly element: HTMLElement;
  readonly #sort: HTMLButtonElement;
  readonly #arrow = element("span", { class: "header-arrow", "aria-hidden": "true" });
  readonly #filter: HTMLInputElement | HTMLSelectElement;
  readonly #box: HTMLInputElement | null;

  constructor(
    readonly column: ColumnKey,
    private readonly speech: Speech,
    actions: HeaderActions,
    withBox: boolean,
  ) {
    const title = speech.say(`column.${column}`);
    this.#sort = element(
      "button",
      {
        type: "button",
        class: "header-sort",
        tabindex: -1,
        "data-line": "title",
        title,
        onclick: (event) => actions.sort(column, event.shiftKey),
      },
      element("span", {}, title),
      this.#arrow,
    );
    this.#filter = column === "sync" ? this.#choice(actions) : this.#text(actions);
    this.#box = withBox ? this.#boxForAll(actions) : null;
    const line = element("div", { class: "header-line" }, this.#box, this.#sort);
    this.element = element("div", { class: "header" }, line, this.#filter);
    // Otherwise a press in it would begin to move the column.
    for (const control of [this.#filter, this.#box]) {
      control?.addEventListener("mousedown", (event) => event.stopPropagation());
      control?.addEventListener("touchstart", (event) => event.stopPropagation(), {
        passive: true,
      });
    }
  }

  /** Shows what is asked of the list; never what is being typed differently. */
  show(query: ListQuery): void {
    const place = query.sort.findIndex(({ column }) => column === this.column);
    const key = query.sort[place];
    this.#arrow.replaceChildren();
    if (key) {
      this.#arrow.append(icon(key.descending ? "arrowDown" : "arrowUp"));
      if (query.sort.length > 1) {
        this.#arrow.append(String(place + 1));
      }
    }
    const sorted = key === undefined ? "none" : key.descending ? "descending" : "ascending";
    const header = this.element.closest("[role=columnheader]");
    header?.setAttribute("aria-sort", sorted);
    // Its name alone: what else is in it says itself what it is.
    header?.setAttribute("aria-label", this.speech.say(`column.${this.column}`));
    const text = query.filters[this.column] ?? "";
    if (this.#filter !== document.activeElement) {
      this.#filter.value = text;
    }
    this.#filter.classList.toggle("filter-on", text !== "");
  }

  /** `unsure`: the rows are not those of the filters, so nobody knows which ones a press means. */
  showBox(state: SyncBoxState, unsure: boolean): void {
    if (this.#box === null) {
      return;
    }
    const next = nextSync(state);
    this.#box.checked = state === "all";
    this.#box.indeterminate = ariaChecked(state) === "mixed";
    this.#box.setAttribute("aria-disabled", String(unsure || next === null));
    this.#box.setAttribute(
      "aria-label",
      this.speech.say(next === false ? "release.box_off" : "release.box_on"),
    );
    this.#box.title = this.#box.getAttribute("aria-label") ?? "";
  }

  #boxForAll(actions: HeaderActions): HTMLInputElement {
    const box = element("input", {
      type: "checkbox",
      class: "box",
      tabindex: -1,
      "data-line": "title",
      // What it shows follows from the rows, not from the press.
      onclick: (event) => {
        event.preventDefault();
        if (box.getAttribute("aria-disabled") !== "true") {
          actions.syncAll();
        }
      },
    });
    return box;
  }

  #text(actions: HeaderActions): HTMLInputElement {
    const filter = element("input", {
      type: "text",
      ...this.#filterAttributes(),
      placeholder: this.speech.say("list.filter_placeholder"),
      spellcheck: "false",
      autocomplete: "off",
      oninput: () => actions.filter(this.column, filter.value),
    });
    return filter;
  }

  #choice(actions: HeaderActions): HTMLSelectElement {
    const filter = element(
      "select",
      { ...this.#filterAttributes(), onchange: () => actions.filter(this.column, filter.value) },
      element("option", { value: "" }, this.speech.say("sync.any")),
      element("option", { value: "true" }, this.speech.say("sync.on")),
      element("option", { value: "false" }, this.speech.say("sync.off")),
    );
    return filter;
  }

  #filterAttributes(): Record<string, string | number> {
    const column = this.speech.say(`column.${this.column}`);
    return {
      class: "header-filter",
      tabindex: -1,
      "data-line": "filter",
      "aria-label": this.speech.say("list.filter", { column }),
    };
  }
}
