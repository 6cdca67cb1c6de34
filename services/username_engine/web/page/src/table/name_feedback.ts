/** What is said beneath a name while it is typed. */

import type { Problem } from "../api/problem.ts";
import type { UsernameWarning } from "../api/types.ts";
import { type Child, element, replaceChildren } from "../dom.ts";
import { icon } from "../icons.ts";
import { problemText } from "../texts/problem_text.ts";
import type { Speech } from "../texts/texts.ts";

export class NameFeedback {
  readonly element: HTMLElement;
  readonly #said: HTMLElement;
  readonly #offered = element("div", { class: "feedback-offer" });
  // What is heard: not each letter's "being looked at", and nothing twice.
  readonly #aloud = element("div", { class: "visually-hidden", role: "status" });
  #proposal: string | null = null;

  constructor(
    private readonly speech: Speech,
    id: string,
    private readonly use: (proposal: string) => void,
  ) {
    this.#said = element("div", { id, class: "feedback-said" });
    this.element = element("div", { class: "feedback" }, this.#said, this.#offered, this.#aloud);
  }

  get proposal(): string | null {
    return this.#proposal;
  }

  idle(): void {
    this.#say("quiet", this.speech.say("edit.keys"));
  }

  checking(): void {
    this.#say("quiet", this.speech.say("edit.checking"));
  }

  saving(): void {
    this.#say("quiet", this.speech.say("edit.saving"));
  }

  /** It may still be saved: only asking first did not work. */
  unchecked(): void {
    this.#say("quiet", this.speech.say("edit.not_checked"));
  }

  free(warnings: readonly UsernameWarning[]): void {
    const kind = warnings.length === 0 ? "free" : "warning";
    this.#say(
      kind,
      element("p", { class: "feedback-free" }, icon("check"), this.speech.say("edit.free")),
      ...warnings.map(({ detail }) =>
        element("p", { class: "feedback-warning" }, icon("alert"), detail),
      ),
    );
  }

  /** The error in the manual's words, and the name that is free where there is one. */
  refused(problem: Problem): void {
    const error = problemText(this.speech, problem);
    this.#say("refused", element("p", {}, icon("alert"), error));
    const { proposal } = problem;
    if (proposal !== null) {
      this.#offer(proposal);
    }
  }

  /** Reads aloud what stands there. */
  tell(): void {
    this.#tell([...this.#said.children].map((each) => each.textContent ?? ""));
  }

  /** Reads aloud what is offered, where the error was read as a message. */
  tellProposal(): void {
    this.#tell([]);
  }

  /** Whether there is one to go to. */
  focusProposal(): boolean {
    const button = this.#offered.querySelector("button");
    button?.focus();
    return button !== null;
  }

  #tell(said: readonly string[]): void {
    const username = this.#proposal;
    const offer = username === null ? "" : this.speech.say("edit.offer", { username });
    const text = [...said, offer].filter(Boolean).join(" ");
    if (this.#aloud.textContent !== text) {
      this.#aloud.textContent = text;
    }
  }

  #say(kind: "quiet" | "free" | "warning" | "refused", ...said: Child[]): void {
    this.element.className = `feedback feedback-is-${kind}`;
    this.#proposal = null;
    replaceChildren(this.#said, ...said);
    this.#offered.replaceChildren();
  }

  #offer(proposal: string): void {
    this.#proposal = proposal;
    // Before the press takes the focus from the field, which would save what is in it.
    const hold = (event: Event): void => event.preventDefault();
    replaceChildren(
      this.#offered,
      element(
        "button",
        {
          type: "button",
          class: "button button-offer",
          "aria-keyshortcuts": "Alt+Enter",
          onmousedown: hold,
          onclick: () => this.use(proposal),
        },
        this.speech.say("edit.use", { username: proposal }),
      ),
      element("kbd", {}, this.speech.say("edit.use_key")),
    );
  }
}
