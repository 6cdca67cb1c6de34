/** What is shown: of a configuration the students or staff of a school or location. Pure.
 *
 * It stands in the address, so that a list can be bookmarked; nothing else does.
 */

import type {
  ConfigurationChoice,
  Group,
  LocationChoice,
  Right,
  SchoolChoice,
} from "./api/types.ts";

export interface Place {
  readonly configuration: string;
  readonly group: Group;
  readonly school: string | null;
  readonly location: string | null;
}

/** A place that can be chosen, with what it is called and what one may do there. */
export interface Choice {
  readonly place: Place;
  /** Of its institution. */
  readonly schoolNumber: string;
  readonly schoolName: string;
  readonly locationName: string | null;
  readonly schoolYear: string;
  readonly right: Right;
}

const CONFIGURATION = "configuration";
const GROUP = "group";
const SCHOOL = "at_school";
const LOCATION = "at_location";

/** The place in an address's query; null where it names none. */
export function placeIn(query: string): Place | null {
  const given = new URLSearchParams(query);
  const configuration = given.get(CONFIGURATION);
  const group = given.get(GROUP);
  const school = given.get(SCHOOL) || null;
  const location = given.get(LOCATION) || null;
  const onePlace = (school === null) !== (location === null);
  if (!configuration || (group !== "students" && group !== "staff") || !onePlace) {
    return null;
  }
  return { configuration, group, school, location };
}

/** The address's query for a place, with its question mark. */
export function queryOf(place: Place): string {
  const query = placeParameters(place);
  query.set(CONFIGURATION, place.configuration);
  return `?${query}`;
}

/** The place as the API's list takes it; the configuration is in the API's path. */
export function placeParameters(place: Place): URLSearchParams {
  const query = new URLSearchParams({ [GROUP]: place.group });
  if (place.location !== null) {
    query.set(LOCATION, place.location);
  } else if (place.school !== null) {
    query.set(SCHOOL, place.school);
  }
  return query;
}

/** Two places are the same list. */
function isSamePlace(one: Place, other: Place): boolean {
  return queryOf(one) === queryOf(other);
}

/** Every list one may see: per school its students, those of each location, and its staff. */
export function choicesOf(configurations: readonly ConfigurationChoice[]): Choice[] {
  return configurations.flatMap((configuration) =>
    configuration.schools.flatMap((school) => choicesAt(configuration, school)),
  );
}

function choicesAt(configuration: ConfigurationChoice, school: SchoolChoice): Choice[] {
  const made = (group: Group, right: Right, location: LocationChoice | null): Choice => ({
    place: {
      configuration: configuration.name,
      group,
      school: location === null ? school.number : null,
      location: location === null ? null : location.sourced_id,
    },
    schoolNumber: school.number,
    schoolName: school.name,
    locationName: location === null ? null : location.name,
    schoolYear: configuration.school_year,
    right,
  });
  // The whole school is the one location of a school that has one: a choice less to make.
  const several = school.locations.length > 1;
  const students = several
    ? [made("students", school.students, null), ...locationsOf(school, made)]
    : locationsOf(school, made);
  return [...students, made("staff", school.staff, null)].filter(({ right }) => right !== "none");
}

function locationsOf(
  school: SchoolChoice,
  made: (group: Group, right: Right, location: LocationChoice) => Choice,
): Choice[] {
  return school.locations.map((location) => made("students", location.students, location));
}

/** The choice of a place; the students of a school with one location are that location's. */
export function choiceFor(place: Place, choices: readonly Choice[]): Choice | null {
  const found = choices.find((choice) => isSamePlace(choice.place, place));
  if (found || place.school === null) {
    return found ?? null;
  }
  const school = { configuration: place.configuration, number: place.school };
  return choices.find((choice) => isListOf(choice, school, place.group)) ?? null;
}

/** Where to go when only the group changes: the same school, its whole where there is one. */
export function inOtherGroup(
  { place, schoolNumber: number }: Choice,
  group: Group,
  choices: readonly Choice[],
): Choice | null {
  const school = { configuration: place.configuration, number };
  return (
    choices.find((choice) => isListOf(choice, school, group)) ??
    choices.find((choice) => choice.place.group === group) ??
    null
  );
}

function isListOf(
  { place, schoolNumber }: Choice,
  school: { configuration: string; number: string },
  group: Group,
): boolean {
  return (
    place.group === group &&
    place.configuration === school.configuration &&
    schoolNumber === school.number
  );
}
