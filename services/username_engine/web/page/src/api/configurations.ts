import type { Client } from "./client.ts";
import type { ConfigurationChoice, Page } from "./types.ts";

const MOST = 100;

/** Every configuration in which one may see something. */
export async function everyConfiguration(client: Client): Promise<ConfigurationChoice[]> {
  const found: ConfigurationChoice[] = [];
  for (;;) {
    const query = new URLSearchParams({ limit: String(MOST), offset: String(found.length) });
    const page = await client.get<Page<ConfigurationChoice>>("/api/v1/configurations", { query });
    found.push(...page.items);
    if (page.items.length === 0 || found.length >= page.total) {
      return found;
    }
  }
}
