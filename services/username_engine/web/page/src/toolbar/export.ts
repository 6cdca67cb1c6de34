/** The list as a file: what is filtered, in the order and with the columns that are shown. */

import { configurationPath } from "../api/paths.ts";
import type { Visit } from "../context.ts";
import { element } from "../dom.ts";
import { listParameters } from "../list/query.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { type Layout, shownColumns } from "../table/layout.ts";

const FILE = "gebruikersnamen-ms365.csv";

export async function exportCsv(visit: Visit, list: UsernamesList, layout: Layout): Promise<void> {
  const { speech, notices } = visit;
  const query = listParameters(list.place, list.query);
  query.set("columns", shownColumns(layout).join(","));
  try {
    const file = await visit.client.download(configurationPath(list.place, "usernames.csv"), {
      query,
    });
    save(file);
    notices.success(speech.say("list.exported"));
  } catch {
    notices.failure(speech.say("list.export_failed"));
  }
}

// Fetched rather than linked to: a filter may hold a name, and a link's address is kept.
function save(file: Blob): void {
  const address = URL.createObjectURL(file);
  const link = element("a", { href: address, download: FILE });
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
