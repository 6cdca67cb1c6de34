/** The import of the tenant's users, as the Entra admin centre exports them; for operators. */

import { accountsSummary, importAccounts } from "../api/account_calls.ts";
import { asProblem } from "../api/client.ts";
import type { Problem } from "../api/problem.ts";
import type { FileFault, ImportAnswer } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element, newId } from "../dom.ts";
import { ask } from "../notices/dialogs.ts";
import type { Place } from "../place.ts";
import { Progress } from "../release/progress.ts";
import { problemText } from "../texts/problem_text.ts";
import { faultText } from "./file_faults.ts";

const MOST_FAULTS = 5;

/** A field for the file: first what it would do is told, then it is done. */
export function importPart(visit: Visit, place: Place, imported: () => void): HTMLElement {
  const { speech } = visit;
  const id = newId("file");
  const progress = new Progress();
  const last = element("p", { class: "quiet" });
  const input = element("input", {
    id,
    type: "file",
    class: "visually-hidden",
    accept: ".csv,text/csv",
    onchange: () => {
      const [file] = input.files ?? [];
      if (file) {
        void run(visit, place, file, progress).then((done) => {
          input.value = "";
          if (done) {
            imported();
            void tellLast(visit, place, last);
          }
        });
      }
    },
  });
  void tellLast(visit, place, last);
  return element(
    "section",
    { class: "accounts-import" },
    element("h3", {}, speech.say("accounts.import")),
    element("p", { class: "quiet" }, speech.say("accounts.import_detail")),
    last,
    input,
    element("label", { for: id, class: "button" }, speech.say("accounts.import_file")),
    progress.element,
  );
}

async function run(visit: Visit, place: Place, file: File, progress: Progress): Promise<boolean> {
  const { client, speech, notices } = visit;
  notices.clear();
  progress.show(speech.say("accounts.importing"));
  try {
    const would = await importAccounts(client, place, file, true);
    progress.hide();
    if (!(await isMeant(visit, would))) {
      return false;
    }
    progress.show(speech.say("accounts.importing"));
    const done = await importAccounts(client, place, file, false);
    notices.success(speech.say("accounts.imported", { count: done.accounts }));
    return true;
  } catch (error) {
    const said = [problemText(speech, asProblem(error)), ...faultsIn(visit, asProblem(error))];
    notices.failure(speech.say("accounts.not_imported", { error: said.join(" – ") }));
    return false;
  } finally {
    progress.hide();
  }
}

async function isMeant(visit: Visit, would: ImportAnswer): Promise<boolean> {
  const { speech } = visit;
  const { accounts, added, removed, links_dropped: dropped, sure, likely } = would;
  const answer = await ask(
    visit,
    speech.say("accounts.import_title"),
    [
      element("p", {}, speech.say("accounts.import_effect", { count: accounts, added, removed })),
      dropped > 0 && element("p", {}, speech.say("accounts.import_dropped", { count: dropped })),
      element("p", {}, speech.say("accounts.import_proposals", { sure, likely })),
    ],
    [
      { key: "no", label: speech.say("page.cancel") },
      { key: "yes", label: speech.say("accounts.import_button"), primary: true },
    ],
  );
  return answer === "yes";
}

async function tellLast(visit: Visit, place: Place, line: HTMLElement): Promise<void> {
  const { client, speech } = visit;
  try {
    const { accounts, imported_at } = await accountsSummary(client, place);
    if (imported_at !== null) {
      const date = speech.moment(imported_at);
      line.textContent = speech.say("accounts.import_last", { count: accounts, date });
    }
  } catch {
    // Only what is known beside the field: the import says itself what is wrong.
    line.textContent = "";
  }
}

/** The first faults of a file. */
function faultsIn({ speech }: Visit, { members }: Problem): string[] {
  const faults = Array.isArray(members["faults"]) ? (members["faults"] as FileFault[]) : [];
  return faults.slice(0, MOST_FAULTS).map((fault) => faultText(speech, fault));
}
