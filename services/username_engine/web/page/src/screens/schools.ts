/** Lists by school, and what tells schools of one name apart. Pure. */

import type { Choice } from "../place.ts";

export interface School {
  readonly name: string;
  readonly choices: readonly Choice[];
  /** Its institution number. */
  readonly number: string;
  readonly configuration: string;
  /** Another one has its name too. */
  readonly isNamesake: boolean;
}

/** Choices by school, in the order they come in. */
export function bySchool(choices: readonly Choice[]): School[] {
  const schools = new Map<string, [Choice, ...Choice[]]>();
  for (const choice of choices) {
    const key = JSON.stringify([choice.place.configuration, choice.schoolNumber]);
    const those = schools.get(key);
    if (those) {
      those.push(choice);
    } else {
      schools.set(key, [choice]);
    }
  }
  const grouped = [...schools.values()];
  const names = grouped.map(([first]) => first.schoolName);
  return grouped.map((those) => {
    const [{ schoolName: name, schoolNumber: number, place }] = those;
    const isNamesake = names.indexOf(name) !== names.lastIndexOf(name);
    return { name, choices: those, number, configuration: place.configuration, isNamesake };
  });
}

/** The schools whose name or number has what somebody looks for. */
export function schoolsWith(schools: readonly School[], text: string): School[] {
  const words = folded(text).split(/\s+/u).filter(Boolean);
  return schools.filter(({ name, number, configuration, choices }) => {
    const places = choices.map(({ locationName }) => locationName ?? "");
    const all = folded([name, number, configuration, ...places].join(" "));
    return words.every((word) => all.includes(word));
  });
}

/** What tells a school from its namesakes; empty where it has none. */
export function distinction({ isNamesake, number, configuration }: School): string {
  return isNamesake ? [number, configuration].join(" · ") : "";
}

function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
