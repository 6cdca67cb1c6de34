/** Saving a name, with what can come of it. */

import { asProblem } from "../api/client.ts";
import { saveChange } from "../api/editing_calls.ts";
import { type Conflict, conflictOf, type Problem } from "../api/problem.ts";
import type { Change, SavedUsername, UsernameRow } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element } from "../dom.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { ask } from "../notices/dialogs.ts";
import { problemText } from "../texts/problem_text.ts";
import { fullName } from "./cells.ts";

/**
 * `row` is what there is now. Without it nothing was saved: for the `problem`, or because nobody
 * chose between his value and another's.
 */
export type Outcome =
  | { readonly row: UsernameRow; readonly problem: null }
  | { readonly row: null; readonly problem: Problem | null };

/** Saves a name and says so; where somebody else was first, one chooses between both. */
export async function saveName(
  visit: Visit,
  list: UsernamesList,
  row: UsernameRow,
  username: string,
): Promise<Outcome> {
  const outcome = await save(visit, list, row, { username });
  if (outcome.problem !== null) {
    const error = problemText(visit.speech, outcome.problem);
    const about = [outcome.problem.title, fullName(row)].filter(Boolean).join(" – ");
    visit.notices.failure(visit.speech.say("edit.not_saved", { username, error }), { about });
  }
  return outcome;
}

/** Saves Sync of one row; where that fails it is as it was, and is said to be. */
export async function saveSync(
  visit: Visit,
  list: UsernamesList,
  row: UsernameRow,
  sync: boolean,
): Promise<Outcome> {
  const outcome = await save(visit, list, row, { sync });
  if (outcome.problem !== null) {
    const { say } = bound(visit);
    visit.notices.failure(problemText(visit.speech, outcome.problem), { about: say("sync.failed") });
  }
  return outcome;
}

async function save(
  visit: Visit,
  list: UsernamesList,
  row: UsernameRow,
  change: Change,
): Promise<Outcome> {
  visit.notices.clear();
  try {
    const { client } = visit;
    const saved = await list.whileWriting(() =>
      saveChange(client, list.place, row.person, row.version, change),
    );
    const { changed: _, warnings: __, ...present } = saved;
    list.saved(present);
    tell(visit, saved, change);
    return { row: present, problem: null };
  } catch (error) {
    const problem = asProblem(error);
    if (problem.passes) {
      // It may have been saved all the same, with its answer lost.
      void list.look();
    }
    const conflict = conflictOf(problem);
    return conflict === null ? { row: null, problem } : settle(visit, list, row, change, conflict);
  }
}

async function settle(
  visit: Visit,
  list: UsernamesList,
  row: UsernameRow,
  change: Change,
  conflict: Conflict,
): Promise<Outcome> {
  const present = { ...row, ...conflict.present, version: conflict.version };
  list.saved(present);
  switch (await chosenOf(visit, row, conflict)) {
    case "given":
      return save(visit, list, present, change);
    case "present":
      visit.notices.announce(visit.speech.say("conflict.kept", { name: fullName(row) }));
      return { row: present, problem: null };
    case null:
      return { row: null, problem: null };
  }
}

/** Which of both values is to stay; null where the question was closed. */
async function chosenOf(
  visit: Visit,
  row: UsernameRow,
  conflict: Conflict,
): Promise<"present" | "given" | null> {
  const { say } = bound(visit);
  const shown = (values: Conflict["present"]): HTMLElement =>
    element(
      "dd",
      {},
      element("strong", {}, values.username),
      element("span", {}, `${say("column.sync")} ${say(values.sync ? "sync.on" : "sync.off")}`),
    );
  return ask(
    visit,
    say("conflict.title"),
    [
      element("p", {}, say("conflict.detail", { name: fullName(row) })),
      element(
        "dl",
        { class: "conflict" },
        element("div", {}, element("dt", {}, say("conflict.present")), shown(conflict.present)),
        element("div", {}, element("dt", {}, say("conflict.given")), shown(conflict.given)),
      ),
    ],
    [
      { key: "present", label: say("conflict.keep"), focused: true },
      { key: "given", label: say("conflict.overwrite"), primary: true },
    ],
  );
}

function tell(visit: Visit, saved: SavedUsername, change: Change): void {
  const { say } = bound(visit);
  const { username } = saved;
  if (change.username === undefined) {
    const key = saved.sync ? "sync.saved_on" : "sync.saved_off";
    visit.notices.success(say(key, { name: fullName(saved) }));
  } else {
    visit.notices.success(say(saved.changed ? "edit.saved" : "edit.unchanged", { username }));
  }
  for (const { detail } of saved.warnings.filter(({ code }) => concerns(change, code))) {
    visit.notices.warning(detail);
  }
}

// What is odd about the name was said when it was made; Sync alone is about its account.
function concerns({ username, sync }: Change, code: string): boolean {
  return username !== undefined || (sync === true && code === "username.account_exists");
}

function bound({ speech }: Visit): { say: typeof speech.say } {
  return { say: speech.say.bind(speech) };
}
