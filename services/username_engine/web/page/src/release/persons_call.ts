import type { Client } from "../api/client.ts";
import { configurationPath } from "../api/paths.ts";
import type { SyncAnswer } from "../api/types.ts";
import type { Place } from "../place.ts";

/**
 * Sync for just these.
 *
 * With `includeUnapproved` also for who has probably an account that nobody approved.
 */
export async function syncThese(
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
