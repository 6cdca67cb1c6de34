/** Above the table: search, what asks for attention, columns, export. */

import type { Visit } from "../context.ts";
import { element, newId } from "../dom.ts";
import { icon, type IconName } from "../icons.ts";
import { filterCount, type ListQuery } from "../list/query.ts";
import type { ListState } from "../list/state.ts";

const FILE_KIND = "CSV";

export interface ToolbarActions {
  search(text: string): void;
  showWaiting(only: boolean): void;
  showFlagged(only: boolean): void;
  clear(): void;
  openFilters(): void;
  openColumns(): void;
  openAccounts(): void;
  exportCsv(): void;
}

/** What of the list the toolbar shows. */
export interface Overview {
  readonly state: ListState;
  readonly query: ListQuery;
  /** How many of the rows somebody should look at. */
  readonly flagged: number;
}

export class Toolbar {
  readonly element: HTMLElement;
  readonly #search: HTMLInputElement;
  readonly #waiting: HTMLButtonElement;
  readonly #flagged: HTMLButtonElement;
  readonly #clear: HTMLButtonElement;
  readonly #filters: HTMLButtonElement;
  readonly #filterText: HTMLElement;
  readonly #accounts: HTMLButtonElement;
  readonly #proposals = element("b", { class: "tool-count", "aria-hidden": "true", hidden: true });
  readonly #proposalsText = element("span", { class: "visually-hidden" });

  constructor(
    private readonly visit: Visit,
    readOnly: boolean,
    actions: ToolbarActions,
  ) {
    const { speech } = visit;
    const id = newId("search");
    this.#search = element("input", {
      id,
      type: "search",
      class: "search-input",
      placeholder: speech.say("list.search"),
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => actions.search(this.#search.value),
    });
    this.#waiting = chip("clock", (on) => actions.showWaiting(on));
    this.#flagged = chip("alert", (on) => actions.showFlagged(on));
    this.#clear = tool("close", speech.say("list.clear"), actions.clear, "tool-clear");
    this.#filterText = element("span", {}, speech.say("list.filters"));
    this.#accounts = tool(
      "link",
      speech.say("accounts.title"),
      actions.openAccounts,
      "tool-accounts",
    );
    this.#accounts.hidden = readOnly;
    this.#accounts.append(this.#proposals, this.#proposalsText);
    this.#filters = element(
      "button",
      { type: "button", class: "tool tool-filters", onclick: actions.openFilters },
      icon("filter"),
      this.#filterText,
    );
    this.element = element(
      "div",
      { class: "toolbar" },
      element(
        "div",
        { class: "search", role: "search" },
        element("label", { for: id, class: "visually-hidden" }, speech.say("list.search")),
        icon("search"),
        this.#search,
      ),
      element("div", { class: "chips" }, this.#waiting, this.#flagged, this.#filters, this.#clear),
      readOnly && readOnlyMark(visit),
      element(
        "div",
        { class: "tools" },
        this.#accounts,
        tool("columns", speech.say("list.columns"), actions.openColumns, "tool-columns"),
        exportTool(visit, actions),
      ),
    );
  }

  /** How many accounts wait for approval. */
  showProposals(count: number): void {
    const { speech } = this.visit;
    const text = speech.say("accounts.waiting", { count });
    this.#accounts.title = count === 0 ? speech.say("accounts.title") : text;
    this.#proposals.hidden = count === 0;
    this.#proposals.textContent = speech.number(count);
    this.#proposalsText.textContent = count === 0 ? "" : ` (${text})`;
  }

  show({ state, query, flagged }: Overview): void {
    const { speech } = this.visit;
    if (this.#search !== document.activeElement) {
      this.#search.value = query.search;
    }
    const waitingOnly = query.filters.sync === "false";
    const { waiting } = state;
    this.#waiting.hidden = waiting === 0 && !waitingOnly;
    chipText(this.#waiting, speech.say("list.waiting", { count: waiting }), waitingOnly);
    this.#flagged.hidden = flagged === 0 && !query.flagged;
    chipText(this.#flagged, speech.say("list.flagged", { count: flagged }), query.flagged);
    const filters = filterCount(query);
    this.#clear.hidden = filters === 0;
    const text = speech.say("list.filters");
    this.#filterText.textContent = filters === 0 ? text : `${text} (${speech.number(filters)})`;
  }
}

function chip(drawn: IconName, toggled: (on: boolean) => void): HTMLButtonElement {
  const made = element(
    "button",
    {
      type: "button",
      class: `chip chip-${drawn}`,
      "aria-pressed": "false",
      hidden: true,
      onclick: () => toggled(made.getAttribute("aria-pressed") !== "true"),
    },
    icon(drawn),
    element("span", {}),
  );
  return made;
}

function chipText(made: HTMLElement, text: string, on: boolean): void {
  made.setAttribute("aria-pressed", String(on));
  const said = made.querySelector("span");
  if (said) {
    said.textContent = text;
  }
}

function tool(drawn: IconName, text: string, act: () => void, kind = ""): HTMLButtonElement {
  return element(
    "button",
    { type: "button", class: `tool ${kind}`.trim(), onclick: () => act(), title: text },
    icon(drawn),
    element("span", {}, text),
  );
}

// Where there is not much room, the kind of file alone.
function exportTool({ speech }: Visit, actions: ToolbarActions): HTMLButtonElement {
  const made = tool("download", speech.say("list.export"), actions.exportCsv);
  made
    .querySelector("span")
    ?.before(element("span", { class: "tool-short", "aria-hidden": "true" }, FILE_KIND));
  return made;
}

function readOnlyMark({ speech }: Visit): HTMLElement {
  return element(
    "p",
    { class: "read-only", title: speech.say("list.read_only_detail") },
    icon("lock"),
    element("span", {}, speech.say("list.read_only")),
    element("span", { class: "visually-hidden" }, speech.say("list.read_only_detail")),
  );
}
