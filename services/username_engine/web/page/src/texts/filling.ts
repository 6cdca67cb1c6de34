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
