/** One list: toolbar, table, status line, and what belongs to them. */

import { openAccounts } from "../accounts/accounts_dialog.ts";
import { proposalCount } from "../api/account_calls.ts";
import type { ColumnKey, UsernameRow } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { openDetails } from "../details/drawer.ts";
import { element } from "../dom.ts";
import { keepLooking } from "../list/polling.ts";
import {
  EVERYTHING,
  type ListQuery,
  withFilter,
  withoutFilters,
  withSortBy,
} from "../list/query.ts";
import type { ListState } from "../list/state.ts";
import { UsernamesList } from "../list/usernames_list.ts";
import type { Choice } from "../place.ts";
import { Progress } from "../release/progress.ts";
import { Release } from "../release/release.ts";
import { boxStateOf, type Selection, wholeSelection } from "../release/selection.ts";
import { Grid } from "../table/grid.ts";
import { keep, kept, type Layout, layoutKey } from "../table/layout.ts";
import { nextSync, type SyncBoxState } from "../table/sync_box.ts";
import { exportCsv } from "../toolbar/export.ts";
import { openColumns } from "../toolbar/columns_dialog.ts";
import { openFilters } from "../toolbar/filters_dialog.ts";
import { StatusLine } from "../toolbar/status_line.ts";
import { Toolbar } from "../toolbar/toolbar.ts";
import { emptyState, failedState, isNoList } from "./empty_state.ts";

const TYPING = 200;

export class ListScreen {
  readonly element: HTMLElement;
  readonly #list: UsernamesList;
  readonly #grid: Grid;
  readonly #toolbar: Toolbar;
  readonly #status: StatusLine;
  readonly #progress = new Progress();
  readonly #release: Release;
  readonly #instead = element("div", { class: "instead", hidden: true });
  readonly #frame: HTMLElement;
  readonly #layoutKey: string;
  readonly #readOnly: boolean;
  readonly #stopLooking: () => void;
  #layout: Layout;
  #typing = 0;

  constructor(
    private readonly visit: Visit,
    private readonly choice: Choice,
  ) {
    const { place } = choice;
    this.#readOnly = choice.right !== "write";
    this.#layoutKey = layoutKey(visit.me.subject, place.group);
    this.#layout = kept(this.#layoutKey, () => localStorage);
    this.#list = new UsernamesList(visit.client, place, { ...EVERYTHING, sort: this.#layout.sort });
    this.#release = new Release(visit, this.#list, this.#progress, {
      again: (sync) => this.#selection(sync),
      openAccounts: () => this.#openAccounts(),
    });
    this.#status = new StatusLine(visit.speech);
    this.#toolbar = this.#makeToolbar();
    this.#frame = element("div", { class: "frame" }, this.#progress.element, this.#instead);
    this.element = element(
      "main",
      { class: "list", id: "list", tabindex: -1 },
      element("h1", { class: "visually-hidden" }, visit.speech.say("page.title")),
      this.#toolbar.element,
      this.#frame,
      this.#status.element,
    );
    this.#grid = new Grid(visit, this.#list, this.#frame, this.#readOnly, this.#layout, {
      sort: (column, further) => this.#sortBy(column, further),
      filter: (column, text) => this.#filter(column, text),
      syncAll: () => this.#syncAll(),
      open: (row) => this.#open(row),
      layoutChanged: (layout) => this.#keepLayout({ ...layout, sort: this.#layout.sort }),
    });
    this.#list.onChange((state) => this.#show(state));
    this.#stopLooking = keepLooking(() => this.#list.look());
  }

  /** After it is in the document: the table measures itself. */
  async start(): Promise<void> {
    this.#grid.start();
    void this.#countProposals();
    await this.#list.ask();
  }

  /** What was typed is another person's than who is signed in. */
  forget(): void {
    this.#grid.forget();
  }

  close(): void {
    window.clearTimeout(this.#typing);
    this.#stopLooking();
    this.#release.close(this.choice.locationName ?? this.choice.schoolName);
    this.#list.close();
    this.#grid.close();
  }

  #makeToolbar(): Toolbar {
    const { visit } = this;
    return new Toolbar(visit, this.#readOnly, {
      search: (search) => this.#later({ ...this.#list.query, search }),
      showWaiting: (only) => this.#filter("sync", only ? "false" : ""),
      showFlagged: (flagged) => void this.#list.ask({ ...this.#list.query, flagged }),
      clear: () => this.#clear(),
      openFilters: () =>
        openFilters(visit, this.#list.query, (query) => void this.#list.ask(query)),
      openColumns: () =>
        openColumns(visit, this.#layout, (layout) => {
          this.#keepLayout(layout);
          void this.#grid.arrange(layout);
        }),
      openAccounts: () => this.#openAccounts(),
      exportCsv: () => void exportCsv(visit, this.#list, this.#layout),
    });
  }

  #show(state: ListState): void {
    const { query } = this.#list;
    const flagged = state.rows.filter(({ flags }) => flags.length > 0).length;
    this.#toolbar.show({ state, query, flagged });
    this.#status.show(state, query);
    this.#frame.setAttribute("aria-busy", String(state.loading));
    this.#frame.classList.toggle("frame-loading", state.loading);
    this.#grid.show(state, query, this.#boxState());
    this.#showInstead(state);
  }

  #showInstead(state: ListState): void {
    const { speech } = this.visit;
    const empty = state.rows.length === 0 && !state.loading;
    this.#instead.hidden = !empty;
    // Where filters leave nothing the headers stay, to change them.
    const filtered = state.reason === "no_match";
    this.#frame.classList.toggle("frame-empty", empty && !filtered);
    this.#instead.classList.toggle("instead-below", filtered);
    // Nothing can be done with a list that is none.
    const isNone =
      state.reason === "no_configuration" ||
      state.reason === "no_right" ||
      isNoList(state.problem);
    this.#toolbar.element.hidden = empty && isNone;
    if (!empty) {
      this.#instead.replaceChildren();
    } else if (state.problem !== null) {
      this.#instead.replaceChildren(
        failedState(speech, state.problem, () => void this.#list.ask()),
      );
    } else {
      const { group } = this.choice.place;
      const reason = state.reason ?? "no_match";
      this.#instead.replaceChildren(emptyState(speech, reason, group, () => this.#clear()));
    }
  }

  #boxState(): SyncBoxState {
    return boxStateOf(this.#list.state);
  }

  #selection(sync: boolean): Selection {
    return wholeSelection(this.#list.state, sync);
  }

  #syncAll(): void {
    const sync = nextSync(this.#boxState());
    const { loading, problem } = this.#list.state;
    // Rows that are not those of the filters are not what is meant.
    if (sync !== null && !this.#readOnly && !loading && problem === null) {
      void this.#release.run(this.#selection(sync));
    }
  }

  #sortBy(column: ColumnKey, further: boolean): void {
    const query = withSortBy(this.#list.query, column, further);
    this.#keepLayout({ ...this.#layout, sort: query.sort });
    void this.#list.ask(query);
    this.#announceSort(query, column);
  }

  #announceSort(query: ListQuery, key: ColumnKey): void {
    const { speech, notices } = this.visit;
    const column = speech.say(`column.${key}`);
    const sorted = query.sort.find((each) => each.column === key);
    const text =
      sorted === undefined
        ? "list.unsorted"
        : sorted.descending
          ? "list.sorted_descending"
          : "list.sorted_ascending";
    notices.announce(speech.say(text, { column }));
  }

  #filter(column: ColumnKey, text: string): void {
    const query = withFilter(this.#list.query, column, text);
    if (column === "sync") {
      void this.#list.ask(query);
    } else {
      this.#later(query);
    }
  }

  #clear(): void {
    void this.#list.ask(withoutFilters(this.#list.query));
  }

  // While somebody types, only the last of it is asked.
  #later(query: ListQuery): void {
    window.clearTimeout(this.#typing);
    this.#list.intend(query);
    this.#typing = window.setTimeout(() => void this.#list.ask(), TYPING);
  }

  #openAccounts(closed = (): void => undefined): void {
    openAccounts(this.visit, this.#list, this.#readOnly, () => {
      closed();
      void this.#countProposals();
    });
  }

  // Who may not write approves none, and is not shown the way there.
  async #countProposals(): Promise<void> {
    if (!this.#readOnly) {
      const { client } = this.visit;
      this.#toolbar.showProposals(await proposalCount(client, this.choice.place).catch(() => 0));
    }
  }

  #keepLayout(layout: Layout): void {
    this.#layout = layout;
    keep(this.#layoutKey, layout, () => localStorage);
  }

  #open(row: UsernameRow): void {
    openDetails(
      this.visit,
      this.#list,
      row,
      this.#readOnly,
      () => this.#grid.focus(),
      () => this.#openAccounts(() => this.#grid.focus()),
    );
  }
}
