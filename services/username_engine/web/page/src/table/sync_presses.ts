/** Presses on the boxes of rows: each is saved at once, the last one of several counts. */

import type { UsernameRow } from "../api/types.ts";
import type { Visit } from "../context.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { saveSync } from "./name_saving.ts";

export class SyncPresses {
  readonly #wanted = new Map<string, boolean>();

  constructor(
    private readonly visit: Visit,
    private readonly list: UsernamesList,
    /** The row's box is to show what is saved. */
    private readonly restore: (person: string) => void,
  ) {}

  async press(row: UsernameRow, sync: boolean): Promise<void> {
    const { person } = row;
    const isSaving = this.#wanted.has(person);
    this.#wanted.set(person, sync);
    if (isSaving) {
      return;
    }
    let present: UsernameRow | null = row;
    while (present !== null && this.#wanted.get(person) !== present.sync) {
      const wanted = this.#wanted.get(person) ?? sync;
      const outcome = await saveSync(this.visit, this.list, present, wanted);
      // After a conflict what is there may have been chosen: then that is what is wanted.
      if (this.#wanted.get(person) === wanted && outcome.row !== null) {
        this.#wanted.set(person, outcome.row.sync);
      }
      present = outcome.row;
    }
    this.#wanted.delete(person);
    this.restore(person);
  }
}
