/** What the engine refused (RFC 9457), or why it did not answer at all. */

export type ProblemMembers = Readonly<Record<string, unknown>>;

export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly members: ProblemMembers = {},
  ) {
    super(code);
  }

  /** Whether asking again may help: nothing was reached, or it was busy. */
  get passes(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  /** The name that is free, where the engine proposes one. */
  get proposal(): string | null {
    const given = this.members["proposal"];
    return typeof given === "string" ? given : null;
  }
}

/** The problem in an answer's body; one of its own where the body is none, as a proxy's page. */
export function problemOf(status: number, body: unknown): Problem {
  if (!isRecord(body)) {
    return new Problem(status, "answer.unreadable", "", "");
  }
  return new Problem(
    status,
    text(body["code"]) || "answer.unreadable",
    text(body["title"]),
    text(body["detail"]),
    body,
  );
}

/** The engine was not reached. */
export function unreachable(): Problem {
  return new Problem(0, "network.unreachable", "", "");
}

export interface Conflict {
  version: number;
  present: { username: string; sync: boolean };
  given: { username: string; sync: boolean };
}

/** Both values of a 412; null where the problem is another one. */
export function conflictOf(problem: Problem): Conflict | null {
  const { version, present, given } = problem.members;
  if (problem.code !== "version.conflict" || typeof version !== "number") {
    return null;
  }
  return isValues(present) && isValues(given) ? { version, present, given } : null;
}

function isValues(given: unknown): given is { username: string; sync: boolean } {
  return (
    isRecord(given) && typeof given["username"] === "string" && typeof given["sync"] === "boolean"
  );
}

function isRecord(given: unknown): given is Record<string, unknown> {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function text(given: unknown): string {
  return typeof given === "string" ? given : "";
}
