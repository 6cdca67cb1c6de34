/** The box in the header of Sync?: what it shows and what a press on it does. Pure.
 *
 * Tabulator's own clears everything where some are on; here a press turns on what is still off.
 */

export type SyncBoxState = "empty" | "none" | "some" | "all";

/** `on` of the `total` rows that the filters leave. */
export function syncBoxState(total: number, on: number): SyncBoxState {
  if (total === 0) {
    return "empty";
  }
  return on <= 0 ? "none" : on >= total ? "all" : "some";
}

/** What a press turns all rows to; null where there are none. */
export function nextSync(state: SyncBoxState): boolean | null {
  return state === "empty" ? null : state !== "all";
}

/** For `aria-checked`. */
export function ariaChecked(state: SyncBoxState): "true" | "false" | "mixed" {
  return state === "all" ? "true" : state === "some" ? "mixed" : "false";
}
