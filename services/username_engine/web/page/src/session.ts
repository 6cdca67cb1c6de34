/** What the browser keeps between visits, and over the way to the issuer and back. */

import { type Language, languageOf } from "./texts/texts.ts";

const LANGUAGE = "rosterbridge.language";
const SIGNED_IN = "rosterbridge.signed_in";
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

/** The same in another tab, so that this one stays as it is. */
export function signInElsewhere(): void {
  window.open("/auth/sign-in?return_to=/", "_blank", "noopener");
}

/** Tells the other tabs that one is signed in. */
export function tellSignedIn(): void {
  const tabs = new BroadcastChannel(SIGNED_IN);
  tabs.postMessage(null);
  tabs.close();
}

/** When another tab signed in, or one comes back to this one; returns what ends it. */
export function onSignedIn(look: () => void): () => void {
  const tabs = new BroadcastChannel(SIGNED_IN);
  tabs.addEventListener("message", look);
  window.addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  return () => {
    tabs.close();
    window.removeEventListener("focus", look);
    document.removeEventListener("visibilitychange", look);
  };
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
