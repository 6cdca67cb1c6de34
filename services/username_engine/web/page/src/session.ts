/** What the browser keeps between visits, and over the way to the issuer and back. */

import { type Language, languageOf } from "./texts/texts.ts";

const LANGUAGE = "rosterbridge.language";
const PLACE = "rosterbridge.place_before_sign_in";

export function keptLanguage(): Language {
  return languageOf(attempt(() => localStorage.getItem(LANGUAGE)));
}

export function keepLanguage(language: Language): void {
  attempt(() => localStorage.setItem(LANGUAGE, language));
}

/**
 * Goes to the issuer. The place waits here: the engine brings the browser back to a path only, so
 * that no address of a list ends up in the issuer's logs.
 */
export function signIn(): void {
  attempt(() => sessionStorage.setItem(PLACE, location.search));
  location.assign("/auth/sign-in?return_to=/");
}

/** Puts the place back into the address after signing in, where there is none in it. */
export function restorePlace(): void {
  const query = attempt(() => sessionStorage.getItem(PLACE));
  attempt(() => sessionStorage.removeItem(PLACE));
  if (query && location.search === "") {
    history.replaceState(null, "", `${location.pathname}${query}`);
  }
}

// A browser may keep nothing at all; then every visit is the first one.
function attempt<Result>(use: () => Result): Result | null {
  try {
    return use();
  } catch {
    return null;
  }
}
