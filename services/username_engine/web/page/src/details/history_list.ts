/** What happened to a name, the newest first, each with its undo where there is one. */

import { asProblem } from "../api/client.ts";
import { historyOf, undoEvent } from "../api/editing_calls.ts";
import { conflictOf } from "../api/problem.ts";
import type { HistoryEvent } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element } from "../dom.ts";
import { icon } from "../icons.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { problemText } from "../texts/problem_text.ts";
import { actorText, eventText } from "./event_text.ts";

export class HistoryList {
  readonly element = element("div", { class: "history-part", tabindex: -1 });
  readonly #events = element("ul", { class: "history" });
  readonly #more = element("div", {});
  #version = 0;
  #asked = 0;

  constructor(
    private readonly visit: Visit,
    private readonly list: UsernamesList,
    private readonly person: string,
    private readonly readOnly: boolean,
    private readonly changed: () => void,
  ) {
    this.element.append(this.#events, this.#more);
  }

  /** All anew, for the row with this version. */
  async load(version: number): Promise<void> {
    this.#version = version;
    await this.#page(0);
  }

  async #page(offset: number): Promise<void> {
    const { client, speech } = this.visit;
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const page = await historyOf(client, this.list.place, this.person, offset);
      if (asked !== this.#asked) {
        return;
      }
      const lines = page.items.map((event) => this.#line(event));
      if (offset === 0) {
        this.#replace(lines);
      } else {
        this.#events.append(...lines);
        lines[0]?.querySelector("button")?.focus();
      }
      this.#showMore(offset + page.items.length, page.total);
    } catch {
      this.#more.replaceChildren(
        element("p", {}, speech.say("details.history_failed")),
        element(
          "button",
          { type: "button", class: "button button-small", onclick: () => void this.#page(offset) },
          speech.say("page.retry"),
        ),
      );
    }
  }

  // Whoever pressed an event's button stays on it; where it is gone, on the newest one's.
  #replace(lines: readonly HTMLElement[]): void {
    const held = document.activeElement?.closest<HTMLElement>("[data-event]");
    const event = held && this.#events.contains(held) ? held.dataset["event"] : undefined;
    this.#events.replaceChildren(...lines);
    if (event !== undefined) {
      const same = lines.find((line) => line.dataset["event"] === event);
      const next = [same, ...lines].map((line) => line?.querySelector("button"));
      (next.find((button) => button) ?? this.element).focus();
    }
  }

  #showMore(shown: number, total: number): void {
    const { speech } = this.visit;
    this.#more.replaceChildren();
    if (total === 0) {
      this.#more.append(element("p", { class: "quiet" }, speech.say("details.history_empty")));
    } else if (shown < total) {
      this.#more.append(
        element(
          "button",
          { type: "button", class: "button button-small", onclick: () => void this.#page(shown) },
          speech.say("details.history_more"),
        ),
      );
    }
  }

  #line(event: HistoryEvent): HTMLElement {
    const { speech } = this.visit;
    const text = eventText(speech, event);
    const who = `${speech.moment(event.at)} · ${actorText(speech, event.actor)}`;
    return element(
      "li",
      { "data-event": event.id },
      element("div", {}, element("p", {}, text), element("p", { class: "quiet" }, who)),
      event.undoable &&
        !this.readOnly &&
        element(
          "button",
          {
            type: "button",
            class: "icon-button",
            title: speech.say("details.undo"),
            "aria-label": speech.say("details.undo_label", { event: text }),
            onclick: () => void this.#undo(event),
          },
          icon("undo"),
        ),
    );
  }

  async #undo(event: HistoryEvent): Promise<void> {
    const { client, speech, notices } = this.visit;
    const { place } = this.list;
    notices.clear();
    try {
      const saved = await this.list.whileWriting(() =>
        undoEvent(client, place, this.person, this.#version, event.id),
      );
      const { changed, warnings, ...row } = saved;
      this.list.saved(row);
      notices.success(speech.say(changed ? "details.undone" : "details.undone_already"));
      for (const { detail } of warnings) {
        notices.warning(detail);
      }
      this.changed();
    } catch (error) {
      const problem = asProblem(error);
      this.#takeOver(conflictOf(problem));
      const said = problemText(speech, problem);
      notices.failure(speech.say("details.undo_failed", { error: said }));
    }
  }

  // Somebody else was first: one sees what there is now, and can undo from there.
  #takeOver(conflict: ReturnType<typeof conflictOf>): void {
    const row = this.list.row(this.person);
    if (conflict !== null && row) {
      this.list.saved({ ...row, ...conflict.present, version: conflict.version });
      this.changed();
    }
  }
}
