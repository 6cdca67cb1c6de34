/** One row: all its values, what to look at and what to do about it, and what happened to it. */

import { COLUMN_KEYS, type UsernameRow } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element, replaceChildren } from "../dom.ts";
import { icon } from "../icons.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { openDialog } from "../notices/dialogs.ts";
import { cellText, fullName } from "../table/cells.ts";
import { NameEditor } from "../table/name_editor.ts";
import { SyncPresses } from "../table/sync_presses.ts";
import { type FlagText, flagTexts } from "./flags.ts";
import { HistoryList } from "./history_list.ts";

const ABOVE = new Set(["family_name", "given_name", "sync", "username"]);

export function openDetails(
  visit: Visit,
  list: UsernamesList,
  row: UsernameRow,
  listReadOnly: boolean,
  closed: () => void,
  openAccounts: (() => void) | null = null,
): void {
  const { speech } = visit;
  const readOnly = listReadOnly || !row.editable;
  const behind = document.getElementById("list");
  const opened = openDialog(visit, {
    title: fullName(row),
    kind: "drawer",
    // The list may have been left with it.
    closed: () => {
      if (behind?.isConnected) {
        closed();
      }
    },
  });
  const toAccounts = (): void => {
    // The focus is back in the list by then, where it goes when the other dialog closes too.
    opened.dialog.addEventListener("close", () => openAccounts?.());
    opened.close();
  };
  const leads = openAccounts !== null && !readOnly ? toAccounts : null;
  const drawer = new Drawer(visit, list, row.person, readOnly, leads);
  // The focus leaves with the dialog, which is to save nothing.
  const left = (): void => {
    if (!opened.dialog.open) {
      drawer.close();
    }
  };
  opened.dialog.addEventListener("blur", left, { capture: true });
  opened.dialog.addEventListener("close", left);
  opened.body.append(drawer.element);
  opened.dialog.setAttribute("aria-description", speech.say("details.title"));
  drawer.show(row);
}

class Drawer {
  readonly element = element("div", { class: "details" });
  readonly #username = element("div", { class: "details-username" });
  readonly #flags = element("div", { class: "details-flags" });
  readonly #values = element("dl", { class: "details-values" });
  readonly #history: HistoryList;
  readonly #presses: SyncPresses;
  #editor: NameEditor | null = null;

  constructor(
    private readonly visit: Visit,
    private readonly list: UsernamesList,
    private readonly person: string,
    private readonly readOnly: boolean,
    private readonly toAccounts: (() => void) | null,
  ) {
    const { speech } = visit;
    this.#presses = new SyncPresses(visit, list, () => this.#showPresent("sync"));
    this.#history = new HistoryList(visit, list, person, readOnly, () => this.#showPresent());
    this.element.append(
      this.#username,
      this.#flags,
      element("h3", {}, speech.say("details.person")),
      this.#values,
      element("h3", {}, speech.say("details.history")),
      this.#history.element,
    );
    window.addEventListener("beforeunload", this.#unloading);
  }

  /** What is typed and not saved is forgotten. */
  close(): void {
    window.removeEventListener("beforeunload", this.#unloading);
    this.#editor?.close();
    this.#editor = null;
  }

  // The browser asks whether what was typed may be lost.
  readonly #unloading = (event: BeforeUnloadEvent): void => {
    if (this.#editor?.input.isConnected && this.#editor.isUnsaved) {
      event.preventDefault();
    }
  };

  show(row: UsernameRow): void {
    this.#paint(row);
    void this.#history.load(row.version);
  }

  /** The row as it was saved meanwhile; `focus` says what has the focus again. */
  #showPresent(focus: "sync" | "edit" | null = null): void {
    const row = this.list.row(this.person);
    if (row && this.element.isConnected) {
      this.show(row);
      if (focus !== null) {
        this.#username.querySelector<HTMLElement>(`[data-focus=${focus}]`)?.focus();
      }
    }
  }

  #paint(row: UsernameRow): void {
    const { speech } = this.visit;
    replaceChildren(this.#username, this.#nameLine(row), this.#syncLine(row));
    const flags = flagTexts(speech, row.flags).map((flag) => this.#flag(flag));
    const heading = flags.length > 0 && element("h3", {}, speech.say("details.flags"));
    replaceChildren(this.#flags, heading, ...flags);
    const values = COLUMN_KEYS.filter((key) => !ABOVE.has(key)).flatMap((key) => [
      element("dt", {}, speech.say(`column.${key}`)),
      element("dd", {}, cellText(key, row, speech) || speech.say("details.no_value")),
    ]);
    const names = (["family_name", "given_name"] as const).flatMap((key) => [
      element("dt", {}, speech.say(`column.${key}`)),
      element("dd", {}, row[key]),
    ]);
    replaceChildren(this.#values, ...names, ...values);
  }

  #flag({ title, advice, isOfAccounts }: FlagText): HTMLElement {
    return element(
      "div",
      { class: "flag-card" },
      element("strong", {}, icon("alert"), title),
      element("p", {}, advice),
      isOfAccounts &&
        this.toAccounts !== null &&
        element(
          "button",
          { type: "button", class: "button button-small", onclick: this.toAccounts },
          icon("link"),
          this.visit.speech.say("accounts.title"),
        ),
    );
  }

  #nameLine(row: UsernameRow): HTMLElement {
    const { speech } = this.visit;
    const edit = (): void => this.#edit(row);
    return element(
      "div",
      { class: "details-line" },
      element(
        "div",
        {},
        element("p", { class: "quiet" }, speech.say("column.username")),
        element("p", { class: "details-name" }, row.username),
      ),
      !this.readOnly &&
        element(
          "button",
          { type: "button", class: "button button-small", "data-focus": "edit", onclick: edit },
          icon("pencil"),
          speech.say("details.edit"),
        ),
    );
  }

  #syncLine(row: UsernameRow): HTMLElement {
    const { speech } = this.visit;
    const state = row.sync ? "on" : "off";
    const text = element("span", { class: `sync-text sync-${state}` }, speech.say(`sync.${state}`));
    if (this.readOnly) {
      return element("p", { class: "sync" }, `${speech.say("column.sync")} `, text);
    }
    const box = element("input", {
      type: "checkbox",
      class: "box",
      "data-focus": "sync",
      onchange: () => void this.#presses.press(row, box.checked),
    });
    box.checked = row.sync;
    return element(
      "label",
      { class: "sync" },
      box,
      element("span", {}, speech.say("column.sync")),
      text,
    );
  }

  #edit(row: UsernameRow): void {
    const { speech } = this.visit;
    const editor = new NameEditor(this.visit, this.list, row, () => {
      this.#editor = null;
      this.#showPresent("edit");
    });
    this.#editor = editor;
    const save = (): void => void editor.save();
    replaceChildren(
      this.#username,
      element("p", { class: "quiet" }, speech.say("column.username")),
      editor.input,
      editor.feedback.element,
      element(
        "button",
        {
          type: "button",
          class: "button button-primary button-small",
          onmousedown: (event) => event.preventDefault(),
          onclick: save,
        },
        speech.say("edit.save"),
      ),
    );
    editor.focus();
  }
}
