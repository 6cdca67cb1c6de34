import { element } from "../dom.ts";
import { filterCount, type ListQuery } from "../list/query.ts";
import type { ListState } from "../list/state.ts";
import type { Speech } from "../texts/texts.ts";

/** Beneath the table: how many rows there are, and how many of them are on. */
export class StatusLine {
  readonly #count = element("p", { class: "status-count", role: "status" });
  readonly #sync = element("p", { class: "status-sync" });
  readonly #note = element("p", { class: "status-note" });
  readonly #fresh = element("p", { class: "status-note", role: "status" });
  readonly element = element(
    "footer",
    { class: "status" },
    this.#count,
    this.#sync,
    this.#note,
    this.#fresh,
  );

  constructor(private readonly speech: Speech) {}

  show(state: ListState, query: ListQuery): void {
    if (!state.loading && state.problem === null) {
      this.#showCounts(state, query);
    }
    const note = this.#noteOf(state);
    write(this.#note, note);
    this.#note.hidden = note === "";
    const fresh = state.fresh.size;
    write(this.#fresh, fresh === 0 ? "" : this.speech.say("list.new", { count: fresh }));
  }

  // Of what was asked: while it is not answered, what is known is of something else.
  #showCounts({ total, syncOn: on }: ListState, query: ListQuery): void {
    const key = filterCount(query) > 0 ? "list.count_filtered" : "list.count";
    // A live region: only what changed is said.
    write(this.#count, this.speech.say(key, { count: total }));
    write(
      this.#sync,
      total === 0 ? "" : this.speech.say("list.count_sync", { on, off: total - on }),
    );
  }

  #noteOf(state: ListState): string {
    if (state.problem !== null && state.rows.length > 0) {
      return this.speech.say("list.stale");
    }
    if (!state.complete && state.rows.length > 0) {
      const { total } = state;
      return this.speech.say("list.loading_more", { loaded: state.rows.length, total });
    }
    return "";
  }
}

function write(paragraph: HTMLElement, text: string): void {
  if (paragraph.textContent !== text) {
    paragraph.textContent = text;
  }
}
