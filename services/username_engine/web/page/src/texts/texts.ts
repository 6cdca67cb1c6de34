/** What the page says, in the language that is chosen. */

import { de } from "./de.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import { nl, type TextKey, type Texts } from "./nl.ts";
import { filled, isPlural } from "./filling.ts";

export const LANGUAGES = ["nl", "en", "fr", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

export const TEXTS: Readonly<Record<Language, Texts>> = { nl, en, fr, de };

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  nl: "Nederlands",
  en: "English",
  fr: "Français",
  de: "Deutsch",
};

// As Belgium writes dates and numbers; English as the British do.
const LOCALES: Readonly<Record<Language, string>> = {
  nl: "nl-BE",
  en: "en-GB",
  fr: "fr-BE",
  de: "de-BE",
};

export type Values = Readonly<Record<string, string | number>>;

/** Texts, plurals, dates and numbers of one language. */
export class Speech {
  readonly #texts: Texts;
  readonly #plurals: Intl.PluralRules;
  readonly #numbers: Intl.NumberFormat;
  readonly #days: Intl.DateTimeFormat;
  readonly #moments: Intl.DateTimeFormat;

  constructor(readonly language: Language) {
    const locale = LOCALES[language];
    this.#texts = TEXTS[language];
    this.#plurals = new Intl.PluralRules(locale);
    this.#numbers = new Intl.NumberFormat(locale);
    // A date without a time is the same day everywhere.
    const day = { day: "2-digit", month: "2-digit", year: "numeric" } as const;
    this.#days = new Intl.DateTimeFormat(locale, { ...day, timeZone: "UTC" });
    this.#moments = new Intl.DateTimeFormat(locale, {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone: "Europe/Brussels",
    });
  }

  /** The text of `key`; of several forms the one for `values.count`. */
  say(key: TextKey, values: Values = {}): string {
    const text: Texts[TextKey] = this.#texts[key];
    const { count } = values;
    const form = isPlural(text)
      ? text[this.#plurals.select(Number(count)) === "one" ? "one" : "other"]
      : text;
    return filled(form, values, (value) => this.number(value));
  }

  /** Whether there is a text with this key, as for codes that come from the engine. */
  has(key: string): key is TextKey {
    return Object.hasOwn(this.#texts, key);
  }

  number(value: number): string {
    return this.#numbers.format(value);
  }

  /** Of 2012-03-05. */
  day(date: string): string {
    return this.#days.format(new Date(`${date}T00:00:00Z`));
  }

  /** Of a moment in UTC, as clocks in Brussels show it. */
  moment(at: string): string {
    return this.#moments.format(new Date(at));
  }
}

/** A language of ours; Dutch for whatever else. */
export function languageOf(given: string | null): Language {
  return LANGUAGES.find((each) => each === given) ?? "nl";
}
