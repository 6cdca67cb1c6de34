/** The list of one place: asks for it, keeps it, looks whether it changed. */

import { asProblem, type Client, isAborted } from "../api/client.ts";
import { listPath } from "../api/paths.ts";
import type { ChangedPerson, UsernameList, UsernameRow } from "../api/types.ts";
import type { Place } from "../place.ts";
import { EVERYTHING, filterCount, listParameters, type ListQuery } from "./query.ts";
import { type ListState, NOTHING_YET, withFresh, withList, withRow, withSync } from "./state.ts";

const FIRST_ROWS = 100;
const MOST_ROWS = 5_000;

export class UsernamesList {
  #state: ListState = NOTHING_YET;
  #query: ListQuery;
  #asking = new AbortController();
  #etag: string | null = null;
  #writes = 0;
  readonly #known = new Set<string>();
  #knowsAll = false;
  readonly #listeners: ((state: ListState) => void)[] = [];

  constructor(
    private readonly client: Client,
    readonly place: Place,
    query: ListQuery = EVERYTHING,
  ) {
    this.#query = query;
  }

  get state(): ListState {
    return this.#state;
  }

  /** The person's row as it is known. */
  row(person: string): UsernameRow | undefined {
    return this.#state.rows.find((row) => row.person === person);
  }

  get query(): ListQuery {
    return this.#query;
  }

  onChange(listener: (state: ListState) => void): void {
    this.#listeners.push(listener);
  }

  /** What will be asked, once whoever types it has stopped: till then nobody knows the rows. */
  intend(query: ListQuery): void {
    this.#query = query;
    this.#asking.abort();
    this.#become({ ...this.#state, loading: true });
  }

  /** Asks anew; the answer to what was asked before no longer counts. */
  async ask(query: ListQuery = this.#query): Promise<void> {
    this.#query = query;
    this.#etag = null;
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const writes = this.#writes;
    this.#become({ ...this.#state, loading: true });
    try {
      const first = await this.#page(FIRST_ROWS, 0, signal);
      this.#take(first);
      if (first.total > first.items.length) {
        const whole = await this.#whole(signal, null);
        if (whole !== null) {
          this.#take(whole);
        }
      }
      if (writes !== this.#writes && !signal.aborted) {
        // Something was saved here meanwhile: the answer may be from before it.
        await this.ask();
      }
    } catch (error) {
      if (!isAborted(error)) {
        this.#become({ ...this.#state, loading: false, problem: asProblem(error) });
      }
    }
  }

  /** Looks whether anything changed; rows that were not there before are new. */
  async look(): Promise<void> {
    if (this.#state.loading) {
      return;
    }
    const { signal } = this.#asking;
    const writes = this.#writes;
    try {
      const whole = await this.#whole(signal, this.#etag);
      if (writes !== this.#writes) {
        this.#etag = null;
      } else if (whole !== null) {
        this.#take(whole);
      } else if (this.#state.problem !== null) {
        this.#become({ ...this.#state, problem: null });
      }
    } catch (error) {
      if (!isAborted(error)) {
        this.#become({ ...this.#state, problem: asProblem(error) });
      }
    }
  }

  /** While `writing` runs, and from then on, answers that were asked for before are stale. */
  async whileWriting<Result>(writing: () => Promise<Result>): Promise<Result> {
    this.#writes += 1;
    try {
      return await writing();
    } finally {
      this.#writes += 1;
    }
  }

  saved(row: UsernameRow): void {
    this.#become(withRow(this.#state, row));
  }

  synced(changed: readonly ChangedPerson[], sync: boolean): void {
    this.#become(withSync(this.#state, changed, sync));
  }

  close(): void {
    this.#asking.abort();
    this.#listeners.length = 0;
  }

  // Before all of the place were seen once, whoever is not known may have been there before.
  #take(list: UsernameList): void {
    const fresh = this.#knowsAll ? withFresh(this.#state, list, this.#known) : this.#state;
    for (const { person } of list.items) {
      this.#known.add(person);
    }
    const isWhole = list.items.length >= list.total && filterCount(this.#query) === 0;
    this.#knowsAll ||= isWhole;
    this.#become(withList(fresh, list));
  }

  async #page(limit: number, offset: number, signal: AbortSignal): Promise<UsernameList> {
    return this.client.get(listPath(this.place), {
      query: this.#parameters(limit, offset),
      signal,
    });
  }

  /** All rows; null where they are still those of `etag`. */
  async #whole(signal: AbortSignal, etag: string | null): Promise<UsernameList | null> {
    const query = this.#parameters(MOST_ROWS, 0);
    const answer = await this.client.getIfChanged<UsernameList>(listPath(this.place), etag, {
      query,
      signal,
    });
    if (answer.body === null) {
      return null;
    }
    const items = [...answer.body.items];
    let more = items.length;
    while (more > 0 && items.length < answer.body.total) {
      const page = await this.#page(MOST_ROWS, items.length, signal);
      more = page.items.length;
      items.push(...page.items);
    }
    this.#etag = answer.etag;
    return { ...answer.body, items };
  }

  #parameters(limit: number, offset: number): URLSearchParams {
    const parameters = listParameters(this.place, this.#query);
    parameters.set("limit", String(limit));
    parameters.set("offset", String(offset));
    return parameters;
  }

  #become(state: ListState): void {
    this.#state = state;
    for (const listener of this.#listeners) {
      listener(state);
    }
  }
}
