/** Lists by school, and what tells schools of one name apart. Pure. */

import type { Choice } from "../place.ts";

export interface School {
  readonly name: string;
  readonly choices: readonly Choice[];
  /** Its institution number; null where none of its lists tells it. */
  readonly number: string | null;
  readonly configuration: string;
  /** Another one has its name too. */
  readonly isNamesake: boolean;
}

/** Choices of one school, in the order they come in: that of a school's staff is its last. */
export function bySchool(choices: readonly Choice[]): School[] {
  const schools: Choice[][] = [];
  for (const choice of choices) {
    const last = schools.at(-1);
    if (last && isOfSchool(choice, last)) {
      last.push(choice);
    } else {
      schools.push([choice]);
    }
  }
  const names = schools.map((those) => those[0]?.schoolName ?? "");
  return schools.map((those, index) => ({
    name: names[index] ?? "",
    choices: those,
    number: numberOf(those),
    configuration: those[0]?.place.configuration ?? "",
    isNamesake: names.filter((name) => name === names[index]).length > 1,
  }));
}

/** The schools whose name or number has what somebody looks for. */
export function schoolsWith(schools: readonly School[], text: string): School[] {
  const words = folded(text).split(/\s+/u).filter(Boolean);
  return schools.filter(({ name, number, configuration, choices }) => {
    const places = choices.map(({ locationName }) => locationName ?? "");
    const all = folded([name, number ?? "", configuration, ...places].join(" "));
    return words.every((word) => all.includes(word));
  });
}

/** What tells a school from its namesakes; empty where it has none. */
export function distinction({ isNamesake, number, configuration }: School): string {
  return isNamesake ? [number, configuration].filter(Boolean).join(" · ") : "";
}

function isOfSchool(choice: Choice, school: readonly Choice[]): boolean {
  const [first] = school;
  const known = numberOf(school);
  const { school: number, configuration } = choice.place;
  return (
    first?.schoolName === choice.schoolName &&
    first.place.configuration === configuration &&
    school.every(({ place }) => place.group !== "staff") &&
    (number === null || known === null || number === known)
  );
}

function numberOf(choices: readonly Choice[]): string | null {
  return choices.find(({ place }) => place.school !== null)?.place.school ?? null;
}

function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
