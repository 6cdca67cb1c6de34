/** One way to the engine: session cookie, CSRF token, language, problems. */

import { Problem, problemOf, unreachable } from "./problem.ts";
import type { Me } from "./types.ts";

export interface Call {
  query?: URLSearchParams;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export interface Answer<Body> {
  /** Null where nothing changed since the entity tag that was shown (304). */
  body: Body | null;
  etag: string | null;
}

export interface SessionEnds {
  /** Nobody is signed in. */
  signedOut(): void;
  /** Somebody else is signed in in this browser. */
  replaced(): void;
}

const READS = new Set(["GET", "HEAD"]);

/** Belongs to the first person that it meets: it sends nothing as somebody else. */
export class Client {
  #csrfToken: string | null = null;
  #subject: string | null = null;

  /** `ends` is told of what is met on the way, but not by `me`. */
  constructor(
    readonly language: string,
    private readonly ends: SessionEnds,
  ) {}

  /** Who is signed in, which may be somebody else; null for nobody yet. */
  async me(): Promise<Me | null> {
    try {
      const me = await this.#json<Me>("GET", "/api/v1/me");
      // Another person's token would let through what this one did.
      if (this.#subject === null || this.#subject === me.subject) {
        this.#csrfToken = me.csrf_token;
        this.#subject = me.subject;
      }
      return me;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        return null;
      }
      throw error;
    }
  }

  async get<Body>(path: string, call: Call = {}): Promise<Body> {
    return this.#read<Body>("GET", path, call);
  }

  async send<Body>(method: "POST" | "PATCH", path: string, call: Call = {}): Promise<Body> {
    const subject = this.#subject;
    try {
      return await this.#read<Body>(method, path, call);
    } catch (error) {
      if (asProblem(error).code !== "auth.csrf") {
        throw error;
      }
      // Another tab may have begun a new session: its token is another one.
      const present = await this.me();
      if (present !== null && present.subject === subject) {
        return this.#read<Body>(method, path, call);
      }
      if (present === null) {
        this.ends.signedOut();
      } else {
        this.ends.replaced();
      }
      throw error;
    }
  }

  async download(path: string, call: Call = {}): Promise<Blob> {
    const response = await this.#checked(() => this.#fetch("GET", path, call));
    return response.blob();
  }

  /** As `get`, with the entity tag, and without a body where it is still the one of `etag`. */
  async getIfChanged<Body>(path: string, etag: string | null, call: Call): Promise<Answer<Body>> {
    const headers: Record<string, string> = etag === null ? {} : { "If-None-Match": etag };
    const response = await this.#checked(() => this.#fetch("GET", path, { ...call, headers }));
    const body = response.status === 304 ? null : await bodyOf<Body>(response);
    return { body, etag: response.headers.get("ETag") };
  }

  async #read<Body>(method: string, path: string, call: Call): Promise<Body> {
    return bodyOf<Body>(await this.#checked(() => this.#fetch(method, path, call)));
  }

  async #json<Body>(method: string, path: string): Promise<Body> {
    return bodyOf<Body>(await this.#fetch(method, path, {}));
  }

  async #checked(fetching: () => Promise<Response>): Promise<Response> {
    try {
      return await fetching();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        this.ends.signedOut();
      }
      throw error;
    }
  }

  async #fetch(method: string, path: string, call: Call): Promise<Response> {
    const query = call.query?.toString();
    const response = await reach(query ? `${path}?${query}` : path, {
      method,
      headers: this.#headers(method, call),
      ...bodyIn(call.body),
      ...(call.signal ? { signal: call.signal } : {}),
    });
    if (response.ok || response.status === 304) {
      return response;
    }
    throw problemOf(response.status, await response.json().catch(() => null));
  }

  #headers(method: string, call: Call): Record<string, string> {
    const headers: Record<string, string> = { "Accept-Language": this.language, ...call.headers };
    if (!READS.has(method) && this.#csrfToken !== null) {
      headers["X-CSRF-Token"] = this.#csrfToken;
    }
    if (call.body !== undefined && !headers["Content-Type"]) {
      headers["Content-Type"] = "application/json";
    }
    return headers;
  }
}

/** Whether it is the answer to a question that was withdrawn. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** The error as a problem: whatever else went wrong is a fault of the page, and said as such. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(-1, "page.fault", "", "");
}

function bodyIn(body: unknown): { body?: BodyInit } {
  if (body === undefined) {
    return {};
  }
  return { body: body instanceof Blob ? body : JSON.stringify(body) };
}

async function reach(address: string, call: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { credentials: "same-origin", cache: "no-store", ...call });
  } catch (error) {
    if (isAborted(error)) {
      throw error;
    }
    throw unreachable();
  }
}

async function bodyOf<Body>(response: Response): Promise<Body> {
  try {
    return (await response.json()) as Body;
  } catch (error) {
    if (isAborted(error)) {
      throw error;
    }
    throw problemOf(response.status, null);
  }
}
