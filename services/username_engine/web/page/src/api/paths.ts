/** Addresses of the public API. A person's id is the source's own and may hold any character. */

import { type Place, placeParameters } from "../place.ts";

const BASE = "/api/v1/configurations";

export function configurationPath(place: Place, rest: string): string {
  return `${BASE}/${encodeURIComponent(place.configuration)}/${rest}`;
}

export function listPath(place: Place): string {
  return configurationPath(place, "usernames");
}

export function personPath(place: Place, person: string, rest = ""): string {
  return configurationPath(place, `usernames/${encodeURIComponent(person)}${rest}`);
}

/** In which list the answer's row is shown. */
export function shownIn(place: Place): URLSearchParams {
  return placeParameters(place);
}
