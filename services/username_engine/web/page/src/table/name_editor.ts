/** A field for a name: says while one types whether it can be saved, and offers one that is free. */

import { asProblem, isAborted } from "../api/client.ts";
import { validateName } from "../api/editing_calls.ts";
import type { Problem } from "../api/problem.ts";
import type { UsernameRow } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element, newId } from "../dom.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { fullName } from "./cells.ts";
import { NameFeedback } from "./name_feedback.ts";
import { type Outcome, saveName } from "./name_saving.ts";

/** How the editor was left: saved or not, and where to go on. */
export type Left = "saved" | "saved_next" | "saved_previous" | "taken_back";

const TYPING = 250;

export class NameEditor {
  readonly input: HTMLInputElement;
  readonly feedback: NameFeedback;
  /** Whether it is on the screen: only there the focus can leave it. */
  attached = true;
  #timer = 0;
  #validating = new AbortController();
  #saving = false;
  #closed = false;
  // What is typed after Tab, before the next name is open.
  #ahead: string | null = null;
  #isRefused = false;
  // The row as it was when one began to type: what somebody else saves since is not overwritten.
  #base: UsernameRow;

  constructor(
    private readonly visit: Visit,
    private readonly list: UsernamesList,
    private readonly row: UsernameRow,
    private readonly left: (how: Left, ahead: string) => void,
    typed: string | null = null,
  ) {
    this.#base = row;
    const id = newId("feedback");
    this.input = element("input", {
      type: "text",
      class: "name-input",
      "data-editor": true,
      "aria-label": visit.speech.say("edit.label", { name: fullName(row) }),
      "aria-describedby": id,
      spellcheck: "false",
      autocomplete: "off",
      autocapitalize: "none",
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#keydown(event),
      onblur: (event) => this.#blurred(event),
    });
    this.input.value = typed ?? row.username;
    this.feedback = new NameFeedback(visit.speech, id, (proposal) => this.#use(proposal));
    this.feedback.element.addEventListener("keydown", (event) => this.#feedbackKey(event));
    this.feedback.idle();
    if (typed !== null) {
      this.#typed();
    }
  }

  /** Whether closing it would lose what was typed. */
  get isUnsaved(): boolean {
    return this.#saving || this.input.value !== this.#base.username;
  }

  focus(): void {
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  /** Forgets what was typed. */
  close(): void {
    this.#closed = true;
    window.clearTimeout(this.#timer);
    this.#validating.abort();
    this.feedback.element.remove();
  }

  /** Saves what was not refused, and closes. */
  finish(): void {
    if (!this.#isRefused && !this.#saving && this.isUnsaved) {
      void saveName(this.visit, this.list, this.#changed(), this.input.value);
    }
    this.close();
  }

  async save(left: Left = "saved"): Promise<void> {
    if (this.#saving || this.#closed) {
      return;
    }
    if (!this.isUnsaved || this.input.value === this.#present().username) {
      this.#leave(left);
      return;
    }
    window.clearTimeout(this.#timer);
    this.#validating.abort();
    this.#saving = true;
    this.#ahead = left === "saved_next" || left === "saved_previous" ? "" : null;
    this.input.readOnly = true;
    this.feedback.saving();
    const outcome = await saveName(this.visit, this.list, this.#changed(), this.input.value);
    this.#saving = false;
    this.input.readOnly = false;
    this.#settle(outcome, left);
  }

  #settle(outcome: Outcome, left: Left): void {
    if (outcome.row !== null) {
      this.#leave(left);
    } else if (outcome.problem === null) {
      // Both values were shown, and none was chosen yet.
      this.#base = this.#present();
      this.#typed();
    } else {
      this.#refused(outcome.problem);
      this.feedback.tellProposal();
    }
    this.#takeFocus();
  }

  // Only where nobody went on elsewhere meanwhile.
  #takeFocus(): void {
    if (!this.#closed && this.attached && document.activeElement === document.body) {
      this.focus();
    }
  }

  #leave(how: Left): void {
    if (!this.#closed) {
      this.close();
      this.left(how, this.#ahead ?? "");
    }
  }


  // Somebody who changed Sync gave the row another version and left the name as it was.
  #changed(): UsernameRow {
    const present = this.#present();
    return present.username === this.#base.username ? present : this.#base;
  }

  #present(): UsernameRow {
    return this.list.row(this.row.person) ?? this.#base;
  }

  #typed(): void {
    window.clearTimeout(this.#timer);
    this.#validating.abort();
    this.#isRefused = false;
    this.input.removeAttribute("aria-invalid");
    if (!this.isUnsaved) {
      this.feedback.idle();
      return;
    }
    this.feedback.checking();
    this.#timer = window.setTimeout(() => void this.#validate(), TYPING);
  }

  async #validate(): Promise<void> {
    this.#validating = new AbortController();
    const { signal } = this.#validating;
    const { place } = this.list;
    try {
      const { client } = this.visit;
      const found = await validateName(client, place, this.row.person, this.input.value, signal);
      if (!signal.aborted) {
        this.feedback.free(found.warnings);
        this.feedback.tell();
      }
    } catch (error) {
      if (isAborted(error) || signal.aborted) {
        return;
      }
      const problem = asProblem(error);
      if (problem.passes) {
        this.feedback.unchecked();
      } else {
        this.#refused(problem);
        this.feedback.tell();
      }
    }
  }

  // What only could not be asked may be tried again as it is.
  #refused(problem: Problem): void {
    this.#isRefused = !problem.passes && problem.status !== 401;
    this.input.setAttribute("aria-invalid", String(this.#isRefused));
    this.feedback.refused(problem);
  }

  #use(proposal: string): void {
    this.input.value = proposal;
    void this.save();
  }

  #keydown(event: KeyboardEvent): void {
    if (this.#saving) {
      this.#keydownWhileSaving(event);
      return;
    }
    const proposal = this.feedback.proposal;
    if (event.key === "Enter" && event.altKey && proposal !== null) {
      this.#use(proposal);
    } else if (event.key === "Enter" && !event.isComposing) {
      void this.save();
    } else if (event.key === "Escape") {
      this.#leave("taken_back");
    } else if (event.key === "Tab") {
      void this.save(event.shiftKey ? "saved_previous" : "saved_next");
    } else if (event.key === "ArrowDown" && this.feedback.focusProposal()) {
      // The button below has the focus now.
    } else {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  // It can no longer be taken back; after Tab one types on for the next name.
  #keydownWhileSaving(event: KeyboardEvent): void {
    if (this.#ahead !== null && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      this.#ahead += event.key;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #feedbackKey(event: KeyboardEvent): void {
    if (event.key === "Escape" || event.key === "ArrowUp") {
      event.preventDefault();
      this.input.focus();
    }
    event.stopPropagation();
  }

  // Whoever goes on elsewhere means what was typed; an error stays, and keeps it.
  #blurred(event: FocusEvent): void {
    const into = event.relatedTarget;
    const inside = into instanceof Node && this.feedback.element.contains(into);
    if (inside || this.#closed || this.#saving || !this.attached || !document.hasFocus()) {
      return;
    }
    if (!this.#isRefused) {
      void this.save("taken_back");
    }
  }
}
