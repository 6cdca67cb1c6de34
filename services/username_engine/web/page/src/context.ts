import type { Client } from "./api/client.ts";
import type { Me } from "./api/types.ts";
import type { Notices } from "./notices/notices.ts";
import type { Speech } from "./texts/texts.ts";

/** What every part of the page needs of the person's visit. */
export interface Visit {
  readonly client: Client;
  readonly speech: Speech;
  readonly notices: Notices;
  readonly me: Me;
}
