import { element } from "../dom.ts";
import { filterCount, type ListQuery } from "../list/query.ts";
import { countOn, type ListState } from "../list/state.ts";
import type { UsernameRow } from "../api/types.ts";
import type { Speech } from "../texts/texts.ts";

/** Beneath the table: how many rows there are, and how many of them are on. */
export class StatusLine {
  readonly #count = element("p", { class: "status-count", role: "status" });
  readonly #sync = element("p", { class: "status-sync" });
  readonly #note = element("p", { class: "status-note" });
  readonly element = element("footer", { class: "status" }, this.#count, this.#sync, this.#note);

  constructor(private readonly speech: Speech) {}

  /** `picked`: the rows that the page shows of them, where these are not all. */
  show(state: ListState, query: ListQuery, picked: readonly UsernameRow[] | null): void {
    const total = picked?.length ?? state.total;
    const on = picked === null ? state.syncOn : countOn(picked);
    const filtered = picked !== null || filterCount(query) > 0;
    const key = filtered ? "list.count_filtered" : "list.count";
    // A live region: only what changed is said.
    write(this.#count, this.speech.say(key, { count: total }));
    write(
      this.#sync,
      on === undefined || total === 0
        ? ""
        : this.speech.say("list.count_sync", { on, off: total - on }),
    );
    write(this.#note, this.#noteOf(state));
  }

  #noteOf(state: ListState): string {
    if (state.problem !== null && state.rows.length > 0) {
      return this.speech.say("list.stale");
    }
    if (!state.complete && state.rows.length > 0) {
      const { total } = state;
      return this.speech.say("list.loading_more", { loaded: state.rows.length, total });
    }
    return state.fresh.size === 0 ? "" : this.speech.say("list.new", { count: state.fresh.size });
  }
}

function write(paragraph: HTMLElement, text: string): void {
  if (paragraph.textContent !== text) {
    paragraph.textContent = text;
  }
}
