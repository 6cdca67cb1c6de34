/** The list as it is known: its rows, its counts, and what is new in it. Pure. */

import type { Problem } from "../api/problem.ts";
import type { ChangedPerson, EmptyReason, UsernameList, UsernameRow } from "../api/types.ts";

export interface ListState {
  readonly rows: readonly UsernameRow[];
  /** How many rows the filters leave, loaded or not. */
  readonly total: number;
  /** Whether all of them are loaded. */
  readonly complete: boolean;
  readonly reason: EmptyReason | null;
  /** How many of `total` are on. */
  readonly syncOn: number;
  /** How many of the whole place are off. */
  readonly waiting: number;
  /** Persons whose names were made since the list was opened. */
  readonly fresh: ReadonlySet<string>;
  readonly loading: boolean;
  readonly problem: Problem | null;
}

export const NOTHING_YET: ListState = {
  rows: [],
  total: 0,
  complete: false,
  reason: null,
  syncOn: 0,
  waiting: 0,
  fresh: new Set(),
  loading: true,
  problem: null,
};

/** The list as just answered, from its first row on. */
export function withList(state: ListState, list: UsernameList): ListState {
  return {
    ...state,
    rows: list.items,
    total: list.total,
    complete: list.items.length >= list.total,
    reason: list.reason,
    syncOn: list.sync_on,
    waiting: list.waiting,
    loading: false,
    problem: null,
  };
}

/**
 * The list after a later look: who is in it for the first time is new.
 *
 * `known` are all who were in the place when it was first seen without filters, and all who were
 * seen since: so a row that only now matches a filter is not new.
 */
export function withFresh(
  state: ListState,
  list: UsernameList,
  known: ReadonlySet<string>,
): ListState {
  const fresh = list.items.map(({ person }) => person).filter((person) => !known.has(person));
  return fresh.length === 0 ? state : { ...state, fresh: new Set([...state.fresh, ...fresh]) };
}

/** One row as it was saved; it stays where it stands, whatever the order and filters. */
export function withRow(state: ListState, row: UsernameRow): ListState {
  const before = state.rows.find(({ person }) => person === row.person);
  if (!before) {
    return state;
  }
  const rows = state.rows.map((each) => (each.person === row.person ? row : each));
  const on = Number(row.sync) - Number(before.sync);
  return {
    ...state,
    rows,
    syncOn: state.syncOn + on,
    waiting: state.waiting - on,
  };
}

/** Many rows after their Sync was set; the others are as they were. */
export function withSync(
  state: ListState,
  changed: readonly ChangedPerson[],
  sync: boolean,
): ListState {
  const versions = new Map(changed.map(({ person, version }) => [person, version]));
  let turned = 0;
  const rows = state.rows.map((row) => {
    const version = versions.get(row.person);
    if (version === undefined) {
      return row;
    }
    turned += Number(sync) - Number(row.sync);
    return { ...row, sync, version };
  });
  return {
    ...state,
    rows,
    syncOn: state.syncOn + turned,
    waiting: state.waiting - turned,
  };
}

/** Rows of `after` that are not as they were in `before`, where both have the same persons in the
 * same order; null where they have not, so that all must be shown anew. */
export function changedRows(
  before: readonly UsernameRow[],
  after: readonly UsernameRow[],
): UsernameRow[] | null {
  if (before.length !== after.length) {
    return null;
  }
  const changed: UsernameRow[] = [];
  for (const [index, row] of after.entries()) {
    const was = before[index];
    if (!was || was.person !== row.person) {
      return null;
    }
    if (!isSameRow(was, row)) {
      changed.push(row);
    }
  }
  return changed;
}

/** The same persons one after the other. */
export function isSameOrder(one: readonly UsernameRow[], other: readonly UsernameRow[]): boolean {
  return one.every(({ person }, place) => other[place]?.person === person);
}

function isSameRow(one: UsernameRow, other: UsernameRow): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
