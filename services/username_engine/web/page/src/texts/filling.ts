/** Texts with places to fill in, and with forms for one and for more. Pure. */

export interface PluralText {
  readonly one: string;
  readonly other: string;
}

export function isPlural(text: string | PluralText): text is PluralText {
  return typeof text !== "string";
}

/** Fills `{name}`; numbers as the language writes them. What has no value stays as it stands. */
export function filled(
  text: string,
  values: Readonly<Record<string, string | number>>,
  number: (value: number) => string,
): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    return value === undefined ? place : typeof value === "number" ? number(value) : value;
  });
}

/** The names of the places to fill in, for comparing languages. */
export function placesIn(text: string | PluralText): string[] {
  const forms = isPlural(text) ? [text.one, text.other] : [text];
  const names = forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
