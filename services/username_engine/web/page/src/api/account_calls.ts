/** Proposals for accounts that exist in the tenant already, and the import of its users. */

import { type Place, placeParameters } from "../place.ts";
import type { Client } from "./client.ts";
import { configurationPath } from "./paths.ts";
import type {
  AccountsSummary,
  ApproveAnswer,
  ImportAnswer,
  Page,
  Proposal,
  SureAnswer,
} from "./types.ts";

const MOST = 5_000;

/** Of the persons in the place's lists; the sure ones first. */
export async function proposalsFor(client: Client, place: Place): Promise<Page<Proposal>> {
  const query = placeParameters(place);
  query.set("limit", String(MOST));
  return client.get(configurationPath(place, "proposals"), { query });
}

/** How many there are, for the button that leads to them. */
export async function proposalCount(client: Client, place: Place): Promise<number> {
  const query = placeParameters(place);
  query.set("limit", "0");
  const page = await client.get<Page<Proposal>>(configurationPath(place, "proposals"), { query });
  return page.total;
}

/** How many `approveAllSure` would approve now. */
export async function sureCount(client: Client, place: Place): Promise<number> {
  const query = placeParameters(place);
  const answer = await client.get<SureAnswer>(configurationPath(place, "proposals/sure"), {
    query,
  });
  return answer.total;
}

/** Makes one account its person's. */
export async function approveOne(
  client: Client,
  place: Place,
  { person, account }: Proposal,
): Promise<ApproveAnswer> {
  return client.send("POST", configurationPath(place, "proposals/approve"), {
    body: { persons: { [person]: account } },
  });
}

/** Makes all sure accounts of the place's persons theirs; nothing, where they are not `seen`. */
export async function approveAllSure(
  client: Client,
  place: Place,
  seen: number,
): Promise<ApproveAnswer> {
  return client.send("POST", configurationPath(place, "proposals/approve"), {
    body: {
      all_sure: true,
      expected_total: seen,
      ...Object.fromEntries(placeParameters(place)),
    },
  });
}

/** What is known of the tenant's accounts; for operators. */
export async function accountsSummary(client: Client, place: Place): Promise<AccountsSummary> {
  return client.get(configurationPath(place, "accounts"));
}

/** Takes the Entra admin centre's CSV, or with `dryRun` says what it would do; for operators. */
export async function importAccounts(
  client: Client,
  place: Place,
  file: Blob,
  dryRun: boolean,
): Promise<ImportAnswer> {
  return client.send("POST", configurationPath(place, "accounts"), {
    query: new URLSearchParams({ dry_run: String(dryRun) }),
    headers: { "Content-Type": "text/csv" },
    body: file,
  });
}
