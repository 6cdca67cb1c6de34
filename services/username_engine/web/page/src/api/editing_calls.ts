/** Changes of one username and of many (docs/api-editing.md). */

import type { ListQuery } from "../list/query.ts";
import { selectionParameters } from "../list/query.ts";
import type { Place } from "../place.ts";
import type { Client } from "./client.ts";
import { configurationPath, personPath, shownIn } from "./paths.ts";
import type { Change, HistoryEvent, Page, SavedUsername, SyncAnswer } from "./types.ts";

/** Saves, unless somebody else saved since `version`: then it is a problem with both values. */
export async function saveChange(
  client: Client,
  place: Place,
  person: string,
  version: number,
  change: Change,
): Promise<SavedUsername> {
  return client.send("PATCH", personPath(place, person), {
    query: shownIn(place),
    headers: { "If-Match": `"${version}"` },
    body: change,
  });
}

/** What saving the name would answer; nothing is saved. */
export async function validateName(
  client: Client,
  place: Place,
  person: string,
  username: string,
  signal: AbortSignal,
): Promise<SavedUsername> {
  return client.send("POST", configurationPath(place, "usernames/validate"), {
    query: shownIn(place),
    body: { person, username },
    signal,
  });
}

/**
 * Sync for all rows of the list as it was seen, with `expectedTotal` rows.
 *
 * With `includeUnapproved` also for who has probably an account that nobody approved.
 */
export async function syncList(
  client: Client,
  place: Place,
  query: ListQuery,
  expectedTotal: number,
  sync: boolean,
  includeUnapproved: boolean,
): Promise<SyncAnswer> {
  const { sync: only, flagged, ...list } = selectionParameters(place, query);
  return client.send("POST", configurationPath(place, "usernames/sync"), {
    body: {
      sync,
      list: {
        ...list,
        ...(only === undefined ? {} : { sync: only === "true" }),
        ...(flagged === undefined ? {} : { flagged: true }),
      },
      expected_total: expectedTotal,
      include_unapproved: includeUnapproved,
    },
  });
}

/**
 * Sync for just these.
 *
 * With `includeUnapproved` also for who has probably an account that nobody approved.
 */
export async function syncPersons(
  client: Client,
  place: Place,
  persons: readonly string[],
  sync: boolean,
  includeUnapproved: boolean,
): Promise<SyncAnswer> {
  return client.send("POST", configurationPath(place, "usernames/sync"), {
    body: { sync, persons, include_unapproved: includeUnapproved },
  });
}

export async function historyOf(
  client: Client,
  place: Place,
  person: string,
  offset: number,
): Promise<Page<HistoryEvent>> {
  const query = new URLSearchParams({ limit: "20", offset: String(offset) });
  return client.get(personPath(place, person, "/history"), { query });
}

export async function undoEvent(
  client: Client,
  place: Place,
  person: string,
  version: number,
  event: number,
): Promise<SavedUsername> {
  return client.send("POST", personPath(place, person, `/history/${event}/undo`), {
    query: shownIn(place),
    headers: { "If-Match": `"${version}"` },
  });
}
