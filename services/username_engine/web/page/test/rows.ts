import type { UsernameList, UsernameRow } from "../src/api/types.ts";

/** A row of nobody real. */
export function row(person: string, more: Partial<UsernameRow> = {}): UsernameRow {
  return {
    person,
    family_name: "Lassens",
    given_name: "Mally",
    sync: false,
    username: `${person}.lassens`,
    domain: null,
    school: "College",
    location: "Hoofdvestiging",
    class: "6j",
    birth_date: "2012-03-05",
    created_on: "2024-08-20",
    flags: [],
    version: 1,
    editable: true,
    ...more,
  };
}

export function listOf(rows: UsernameRow[], more: Partial<UsernameList> = {}): UsernameList {
  const on = rows.filter(({ sync }) => sync).length;
  const counts = { sync_on: on, waiting: rows.length - on };
  return { items: rows, total: rows.length, reason: null, ...counts, ...more };
}
