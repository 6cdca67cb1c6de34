/** Sync for many rows: asked first, shown while it runs, undone once. */

import { asProblem } from "../api/client.ts";
import { syncList, syncPersons } from "../api/editing_calls.ts";
import type { SyncAnswer } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element } from "../dom.ts";
import { filterCount } from "../list/query.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { ask } from "../notices/dialogs.ts";
import { problemText } from "../texts/problem_text.ts";
import type { Progress } from "./progress.ts";
import type { Selection } from "./selection.ts";

export class Release {
  #running = false;

  constructor(
    private readonly visit: Visit,
    private readonly list: UsernamesList,
    private readonly progress: Progress,
    /** The selection anew, after the list turned out to be another. */
    private readonly again: (sync: boolean) => Selection,
  ) {}

  /** Asks where there is more than one row, and saves. */
  async run(selection: Selection): Promise<void> {
    if (this.#running || selection.total === 0) {
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
    const { sync, total, changing = total } = selection;
    const state = sync ? "on" : "off";
    const filtered = selection.persons !== null || filterCount(this.list.query) > 0;
    const answer = await ask(
      this.visit,
      speech.say(`release.${state}_title`, { count: changing }),
      [
        changing < total &&
          element("p", {}, speech.say("release.some_already", { count: changing, total })),
        filtered && element("p", {}, speech.say("release.filtered")),
        element("p", {}, speech.say(`release.${state}_meaning`)),
      ],
      [
        { key: "no", label: speech.say("page.cancel") },
        { key: "yes", label: speech.say(`release.${state}_button`), primary: true },
      ],
    );
    return answer === "yes";
  }

  async #save(selection: Selection): Promise<void> {
    const { speech, notices } = this.visit;
    notices.clearFailures();
    try {
      const count = selection.changing ?? selection.total;
      const answer = await this.#progressing(speech.say("release.running", { count }), () =>
        this.#send(selection),
      );
      this.#done(answer, selection.sync);
      await this.list.ask();
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === "selection.changed") {
        notices.warning(speech.say("release.changed"));
        await this.list.ask();
        const anew = this.again(selection.sync);
        if (anew.total > 0 && (await this.#isMeant(anew))) {
          await this.#save(anew);
        }
        return;
      }
      notices.failure(`${speech.say("sync.failed")}: ${problemText(speech, problem)}`);
    }
  }

  async #send({ persons, total, sync }: Selection): Promise<SyncAnswer> {
    const { client } = this.visit;
    const { place, query } = this.list;
    return this.list.whileWriting(() =>
      persons === null
        ? syncList(client, place, query, total, sync)
        : syncPersons(client, place, persons, sync),
    );
  }

  #done({ items, total }: SyncAnswer, sync: boolean): void {
    const { speech, notices } = this.visit;
    if (total === 0) {
      notices.success(speech.say("release.nothing"));
      return;
    }
    this.list.synced(items, sync);
    const persons = items.map(({ person }) => person);
    notices.success(speech.say(sync ? "release.on_done" : "release.off_done", { count: total }), {
      label: speech.say("release.undo"),
      run: () => void this.#undo(persons, !sync),
    });
  }

  async #undo(persons: readonly string[], sync: boolean): Promise<void> {
    const { client, speech, notices } = this.visit;
    try {
      const text = speech.say("release.running", { count: persons.length });
      const answer = await this.#progressing(text, () =>
        this.list.whileWriting(() => syncPersons(client, this.list.place, persons, sync)),
      );
      this.list.synced(answer.items, sync);
      notices.success(speech.say("release.undone", { count: answer.total }));
      await this.list.ask();
    } catch (error) {
      const problem = problemText(speech, asProblem(error));
      notices.failure(`${speech.say("sync.failed")}: ${problem}`);
    }
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
