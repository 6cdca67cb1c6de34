/** Sync for many rows: asked first, shown while it runs, undone once. */

import { asProblem } from "../api/client.ts";
import { syncList, syncPersons } from "../api/editing_calls.ts";
import type { Problem } from "../api/problem.ts";
import type { SyncAnswer } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element } from "../dom.ts";
import { filterCount } from "../list/query.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { ask } from "../notices/dialogs.ts";
import { problemText } from "../texts/problem_text.ts";
import type { Progress } from "./progress.ts";
import { MOST_PERSONS, type Selection } from "./selection.ts";

export interface ReleaseActions {
  /** The selection anew, after the list turned out to be another. */
  again(sync: boolean): Selection;
  /** Where accounts of the tenant are approved. */
  openAccounts(): void;
}

export class Release {
  #running = false;
  #left: string | null = null;

  constructor(
    private readonly visit: Visit,
    private readonly list: UsernamesList,
    private readonly progress: Progress,
    private readonly actions: ReleaseActions,
  ) {}

  /** The list called `name` was left: nothing more is asked, and what is told says of which list. */
  close(name: string): void {
    this.#left = name;
  }

  /** Asks where there is more than one row, and saves. */
  async run(selection: Selection): Promise<void> {
    if (this.#running || selection.total === 0) {
      return;
    }
    const { speech, notices } = this.visit;
    if ((selection.persons?.length ?? 0) > MOST_PERSONS) {
      notices.failure(speech.say("release.too_many", { count: MOST_PERSONS }));
      return;
    }
    this.#running = true;
    try {
      if (selection.total === 1 || (await this.#isMeant(selection))) {
        await this.#save(selection);
      }
    } finally {
      this.#running = false;
    }
  }

  async #isMeant(selection: Selection): Promise<boolean> {
    const { speech } = this.visit;
    const { sync, changing, readOnly } = selection;
    const total = selection.total + readOnly;
    const state = sync ? "on" : "off";
    const filtered = filterCount(this.list.query) > 0;
    const answer = await ask(
      this.visit,
      speech.say(`release.${state}_title`, { count: changing }),
      [
        changing < total &&
          element("p", {}, speech.say("release.some_already", { count: changing, total })),
        readOnly > 0 && element("p", {}, speech.say("release.read_only", { count: readOnly })),
        filtered && element("p", {}, speech.say("release.filtered")),
        element("p", {}, speech.say(`release.${state}_meaning`)),
      ],
      [
        // A hasty second Space or Enter is to change nothing.
        { key: "no", label: speech.say("page.cancel"), focused: true },
        { key: "yes", label: speech.say(`release.${state}_button`), primary: true },
      ],
    );
    return answer === "yes";
  }

  async #save(selection: Selection, includeUnapproved = false): Promise<void> {
    const { speech, notices } = this.visit;
    notices.clear();
    try {
      const count = selection.changing;
      const answer = await this.#progressing(speech.say("release.running", { count }), () =>
        this.#send(selection, includeUnapproved),
      );
      this.#done(answer, selection.sync);
      // Not waited for: the next press may come at once.
      void this.#look();
    } catch (error) {
      const problem = asProblem(error);
      if (this.#left !== null) {
        return this.#failed(problem);
      }
      if (problem.code === "selection.changed") {
        return this.#askAgain(selection.sync);
      }
      if (problem.code === "account.not_approved") {
        return this.#askOfAccounts(selection, personsOf(problem));
      }
      this.#failed(problem);
    }
  }

  // Somebody came or went since the number was shown.
  async #askAgain(sync: boolean): Promise<void> {
    const { speech, notices } = this.visit;
    notices.warning(speech.say("release.changed"));
    await this.#look();
    if (this.#left !== null) {
      return;
    }
    const anew = this.actions.again(sync);
    if (anew.total > 0 && (await this.#isMeant(anew))) {
      await this.#save(anew);
    }
  }

  // Nothing is saved yet: accounts that nobody approved would be linked, or doubled.
  async #askOfAccounts(selection: Selection, count: number): Promise<void> {
    const { speech } = this.visit;
    const answer = await ask(
      this.visit,
      speech.say("release.unapproved_title", { count }),
      [
        element("p", {}, speech.say("release.unapproved_detail")),
        element("p", {}, speech.say("release.unapproved_advice")),
      ],
      [
        { key: "cancel", label: speech.say("page.cancel") },
        { key: "include", label: speech.say("release.unapproved_include") },
        { key: "look", label: speech.say("release.unapproved_look"), primary: true },
      ],
    );
    if (answer === "include") {
      await this.#save(selection, true);
    } else if (answer === "look") {
      this.actions.openAccounts();
    }
  }

  async #send(
    { total, sync, persons }: Selection,
    includeUnapproved: boolean,
  ): Promise<SyncAnswer> {
    const { client } = this.visit;
    const { place, query } = this.list;
    return this.list.whileWriting(() =>
      persons === null
        ? syncList(client, place, query, total, sync, includeUnapproved)
        : syncPersons(client, place, persons, sync, includeUnapproved),
    );
  }

  #done({ items, total }: SyncAnswer, sync: boolean): void {
    const { speech, notices } = this.visit;
    if (total === 0) {
      notices.success(this.#named(speech.say("release.nothing")));
      return;
    }
    this.list.synced(items, sync);
    const persons = items.map(({ person }) => person);
    const done = speech.say(sync ? "release.on_done" : "release.off_done", { count: total });
    notices.success(this.#named(done), {
      label: speech.say("release.undo"),
      run: () => void this.#undo(persons, !sync),
    });
  }

  async #undo(persons: readonly string[], sync: boolean): Promise<void> {
    const { client, speech, notices } = this.visit;
    try {
      const text = speech.say("release.running", { count: persons.length });
      const answer = await this.#progressing(text, () =>
        // As it was, whatever accounts there are.
        this.list.whileWriting(() => syncPersons(client, this.list.place, persons, sync, true)),
      );
      this.list.synced(answer.items, sync);
      notices.success(this.#named(speech.say("release.undone", { count: answer.total })));
      void this.#look();
    } catch (error) {
      this.#failed(asProblem(error));
    }
  }

  // It may have been done all the same, so what there is now is shown.
  #failed(problem: Problem): void {
    const { speech, notices } = this.visit;
    const said = this.#named(problemText(speech, problem));
    notices.failure(said, { about: speech.say("sync.failed") });
    if (problem.status !== 401) {
      void this.#look();
    }
  }

  // Nobody looks at a list that was left.
  async #look(): Promise<void> {
    if (this.#left === null) {
      await this.list.ask();
    }
  }

  // Over another list it must be clear which one is meant.
  #named(said: string): string {
    const list = this.#left;
    return list === null ? said : this.visit.speech.say("release.of_list", { list, said });
  }

  async #progressing<Result>(text: string, work: () => Promise<Result>): Promise<Result> {
    this.progress.show(text);
    try {
      return await work();
    } finally {
      this.progress.hide();
    }
  }
}

/** How many the engine named. */
function personsOf({ members }: Problem): number {
  const { persons } = members;
  return Array.isArray(persons) ? persons.length : 0;
}
