/** What stands in the cells. */

import type { ColumnKey, UsernameRow } from "../api/types.ts";
import { type Child, element } from "../dom.ts";
import { flagTexts } from "../details/flags.ts";
import { icon } from "../icons.ts";
import type { Speech } from "../texts/texts.ts";

/** How cells are painted: for whom, and how wide the screen is. */
export interface Painting {
  readonly speech: Speech;
  readonly readOnly: boolean;
  readonly narrow: boolean;
  isFresh(person: string): boolean;
}

export const DETAILS = "details";
export type CellKey = ColumnKey | typeof DETAILS;

/** Whether its username and Sync may be changed; the engine says so of each row. */
export function isEditable(row: Pick<UsernameRow, "editable">, readOnly: boolean): boolean {
  return !readOnly && row.editable !== false;
}

export function fullName(row: Pick<UsernameRow, "family_name" | "given_name">): string {
  return `${row.family_name} ${row.given_name}`.trim();
}

export function paintCell(key: CellKey, row: UsernameRow, painting: Painting): HTMLElement {
  return element(
    "div",
    { class: `cell cell-${key}`, title: titleOf(key, row, painting) },
    ...contents(key, row, painting),
  );
}

function contents(key: CellKey, row: UsernameRow, painting: Painting): Child[] {
  switch (key) {
    case "family_name":
      return nameContents(row, painting);
    case "sync":
      return [
        isEditable(row, painting.readOnly) ? syncBox(row, painting) : syncText(row, painting),
      ];
    case "username":
      return usernameContents(row, painting);
    case DETAILS:
      return [detailsButton(row, painting)];
    default:
      return [cellText(key, row, painting.speech)];
  }
}

/** A value as the screen shows it, empty where there is none. */
export function cellText(key: ColumnKey, row: UsernameRow, speech: Speech): string {
  switch (key) {
    case "sync":
      return speech.say(row.sync ? "sync.on" : "sync.off");
    case "birth_date":
    case "created_on": {
      const date = row[key];
      return date === null ? "" : speech.day(date);
    }
    default:
      return row[key] ?? "";
  }
}

// What may be cut off in a narrow column is whole in its title.
function titleOf(key: CellKey, row: UsernameRow, { speech }: Painting): string | null {
  return key === DETAILS || key === "sync" ? null : cellText(key, row, speech) || null;
}

function nameContents(row: UsernameRow, { speech, narrow, isFresh }: Painting): Child[] {
  const fresh = isFresh(row.person) && element("span", { class: "badge" }, speech.say("row.new"));
  const name = narrow
    ? element(
        "span",
        { class: "name" },
        element("span", { class: "name-family" }, row.family_name),
        element("span", { class: "name-given" }, row.given_name),
      )
    : element("span", { class: "name" }, row.family_name);
  return [name, fresh];
}

function syncBox(row: UsernameRow, { speech, narrow }: Painting): HTMLElement {
  const box = element("input", {
    type: "checkbox",
    class: "box",
    tabindex: -1,
    "data-act": "sync",
    "aria-label": speech.say("row.sync", { name: fullName(row) }),
  });
  box.checked = row.sync;
  return element("label", { class: "sync" }, box, !narrow && syncText(row, { speech }));
}

function syncText(row: UsernameRow, { speech }: Pick<Painting, "speech">): HTMLElement {
  const state = row.sync ? "on" : "off";
  return element("span", { class: `sync-text sync-${state}` }, speech.say(`sync.${state}`));
}

function usernameContents(row: UsernameRow, painting: Painting): Child[] {
  const [local = "", domain] = row.username.split("@");
  const name = element(
    "span",
    { class: "username" },
    local,
    domain !== undefined && element("span", { class: "username-domain" }, `@${domain}`),
  );
  const editable = isEditable(row, painting.readOnly);
  return [name, flagMark(row, painting.speech), editable && editButton(row, painting)];
}

function flagMark(row: UsernameRow, speech: Speech): HTMLElement | false {
  if (row.flags.length === 0) {
    return false;
  }
  const flags = flagTexts(speech, row.flags).map(({ title }) => title);
  const text = speech.say("row.flagged", { flags: flags.join(", ") });
  return element(
    "span",
    { class: "flag", title: text, "data-act": "details" },
    icon("alert"),
    element("span", { class: "visually-hidden" }, text),
  );
}

function editButton(row: UsernameRow, { speech }: Painting): HTMLElement {
  const label = speech.say("row.edit", { name: fullName(row) });
  // The cell itself is what the keyboard edits; this is for the pointer.
  return element(
    "button",
    {
      type: "button",
      class: "cell-button cell-edit",
      tabindex: -1,
      "data-act": "edit",
      "aria-hidden": "true",
      title: label,
    },
    icon("pencil"),
  );
}

function detailsButton(row: UsernameRow, { speech }: Painting): HTMLElement {
  const label = speech.say("row.details", { name: fullName(row) });
  return element(
    "button",
    {
      type: "button",
      class: "cell-button",
      tabindex: -1,
      "data-act": "details",
      "aria-label": label,
    },
    icon("chevron"),
  );
}
