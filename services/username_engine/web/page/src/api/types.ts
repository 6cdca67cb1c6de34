/** What the engine's public API takes and answers (docs/api.md, docs/api-editing.md). */

export const COLUMN_KEYS = [
  "family_name",
  "given_name",
  "sync",
  "username",
  "domain",
  "school",
  "location",
  "class",
  "birth_date",
  "created_on",
] as const;

export type ColumnKey = (typeof COLUMN_KEYS)[number];
export type Group = "students" | "staff";
export type Right = "none" | "read" | "write";

export interface Me {
  subject: string;
  name: string;
  operator: boolean;
  csrf_token: string | null;
}

export interface LocationChoice {
  sourced_id: string;
  number: string;
  name: string;
  students: Right;
}

export interface SchoolChoice {
  number: string;
  name: string;
  students: Right;
  staff: Right;
  locations: LocationChoice[];
}

export interface ConfigurationChoice {
  name: string;
  school_year: string;
  schools: SchoolChoice[];
}

export interface Page<Item> {
  items: Item[];
  total: number;
}

export interface UsernameRow {
  person: string;
  family_name: string;
  given_name: string;
  sync: boolean;
  username: string;
  domain: string | null;
  school: string;
  location: string | null;
  class: string | null;
  birth_date: string | null;
  created_on: string;
  flags: string[];
  version: number;
  /** Whether one may change its name and Sync. */
  editable: boolean;
}

export type EmptyReason =
  "no_configuration" | "no_right" | "no_active_enrolment" | "names_being_made" | "no_match";

export interface UsernameList extends Page<UsernameRow> {
  reason: EmptyReason | null;
  /** How many of the filtered rows, loaded or not, are on. */
  sync_on: number;
  /** How many of the whole place are off. */
  waiting: number;
}

export interface UsernameWarning {
  code: string;
  detail: string;
}

export interface SavedUsername extends UsernameRow {
  changed: boolean;
  warnings: UsernameWarning[];
}

export interface Change {
  username?: string;
  sync?: boolean;
}

export interface ChangedPerson {
  person: string;
  version: number;
}

export interface SyncAnswer extends Page<ChangedPerson> {
  selected: number;
  reason: EmptyReason | null;
}

export interface HistoryEvent {
  id: number;
  at: string;
  actor: string;
  kind: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  rule: string | null;
  undoable: boolean;
}

export interface Proposal {
  person: string;
  family_name: string;
  given_name: string;
  school: string;
  class: string | null;
  username: string | null;
  account: string;
  display_name: string | null;
  strength: "sure" | "likely";
  reason: string;
  username_as_sent: string | null;
  domain_differs: boolean | null;
  can_approve: boolean;
  /** Why one cannot, in the words of `left`. */
  why_not: string | null;
}

/** What approving all the sure ones would do. */
export interface SureAnswer {
  total: number;
  left: { person: string; reason: string }[];
}

export interface ApprovedAccount {
  person: string;
  username: string;
  account: string;
  changed: boolean;
  domain_fixed: boolean;
  version: number;
  warnings: UsernameWarning[];
}

export interface ApproveAnswer extends Page<ApprovedAccount> {
  left: { person: string; reason: string }[];
}

export interface AccountsSummary {
  accounts: number;
  linked: number;
  imported_at: string | null;
  sure: number;
  likely: number;
}

/** What is wrong with a file of accounts; `line` and `column` are null where it is the whole file. */
export interface FileFault {
  line: number | null;
  column: string | null;
  /** In English. */
  problem: string;
  code: string;
  values: Record<string, string | number>;
}

export interface ImportAnswer {
  accounts: number;
  added: number;
  removed: number;
  links_dropped: number;
  sure: number;
  likely: number;
}
