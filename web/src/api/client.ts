// Requests to the API with the token of whoever is logged in. The token is kept in this module's memory and nowhere
// else: the refresh token is a cookie that no script can read (see src/server/session_routes.h).
import { signal } from "@preact/signals";

import type { Account } from "./types";

/** An error of the API, or of the way to it. `status` is 0 when no answer came. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: Record<string, unknown> = {},
  ) {
    super(message);
  }

  /** Every reason that was given, at least one. */
  get problems(): string[] {
    const given = this.body["problems"];
    return Array.isArray(given) && given.length > 0 ? given.map(String) : [this.message];
  }
}

interface Token {
  text: string;
  goodUntil: number;
}

/** Somebody is logged in, nobody is, or it is not known yet. */
export const account = signal<Account | null | undefined>(undefined);

let token: Token | null = null;
let renewal: Promise<boolean> | null = null;

const RENEW_BEFORE_MS = 60_000;

function keep(answer: { access_token: string; expires_in: number }): void {
  token = { text: answer.access_token, goodUntil: Date.now() + answer.expires_in * 1000 };
}

async function send(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  const request: RequestInit = { method, headers: { ...headers }, credentials: "same-origin", cache: "no-store" };
  if (body !== undefined) {
    request.headers = { ...headers, "Content-Type": "application/json" };
    request.body = JSON.stringify(body);
  }
  // A cookie that is on its way is taken even when the page is left meanwhile.
  if (path.startsWith("/api/v1/auth/session")) request.keepalive = true;
  try {
    return await fetch(path, request);
  } catch {
    throw new ApiError(0, "The server cannot be reached.");
  }
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  let body: unknown = null;
  try {
    body = text === "" ? null : JSON.parse(text);
  } catch {
    body = null;
  }
  if (response.ok) return body;
  const problem = (body ?? {}) as Record<string, unknown>;
  const wait = response.headers.get("Retry-After");
  const detail =
    response.status === 429 && wait
      ? `Too many requests. Try again in ${wait} s.`
      : String(problem["detail"] ?? `The server answered ${response.status}.`);
  throw new ApiError(response.status, detail, problem);
}

/** Asks for a new access token; false when nobody is logged in. Tabs take turns, since a refresh token is good once. */
function renew(): Promise<boolean> {
  renewal ??= (async () => {
    const exchange = async (): Promise<boolean> => {
      try {
        const answer = await read(await send("POST", "/api/v1/auth/session/refresh", undefined, {}));
        if (answer !== null) keep(answer as never);
        return answer !== null;
      } catch (error) {
        if (error instanceof ApiError && (error.status === 401 || error.status === 404)) return false;
        throw error;
      }
    };
    try {
      return "locks" in navigator ? await navigator.locks.request("tenure-session", exchange) : await exchange();
    } finally {
      renewal = null;
    }
  })();
  return renewal;
}

/** A token that is good for a while; null when nobody is logged in. `isRefused`: the one there is was not taken. */
export async function accessToken(isRefused = false): Promise<string | null> {
  if (!token || isRefused || token.goodUntil - Date.now() < RENEW_BEFORE_MS) {
    if (!(await renew())) {
      token = null;
      account.value = null;
      return null;
    }
  }
  return token?.text ?? null;
}

/** An answer to whoever is logged in, of any status. Throws ApiError. */
async function answer(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  for (const isRefused of [false, true]) {
    const bearer = await accessToken(isRefused);
    if (bearer === null) break;
    const response = await send(method, path, body, { ...headers, Authorization: `Bearer ${bearer}` });
    if (response.status !== 401 || isRefused) return response;
  }
  throw new ApiError(401, "Your session has ended. Log in again.");
}

/** One request. Throws ApiError. */
export async function api<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  return (await read(await answer(method, path, body, headers))) as T;
}

/** A file, byte for byte. Throws ApiError. */
export async function download(path: string): Promise<Blob> {
  const response = await answer("GET", path, undefined, {});
  if (!response.ok) await read(response);
  return response.blob();
}

export const get = <T>(path: string): Promise<T> => api<T>("GET", path);
export const post = <T>(path: string, body?: unknown): Promise<T> => api<T>("POST", path, body);

/** Finds out whether somebody is logged in already. */
export async function resume(): Promise<void> {
  const bearer = await accessToken();
  account.value = bearer === null ? null : await get<Account>("/api/v1/auth/me");
}

export async function logIn(email: string, password: string): Promise<void> {
  keep((await read(await send("POST", "/api/v1/auth/session", { email, password }, {}))) as never);
  account.value = await get<Account>("/api/v1/auth/me");
}

export async function logOut(): Promise<void> {
  try {
    await api("DELETE", "/api/v1/auth/session");
  } catch (problem) {
    // The session is as good as ended; after any other failure the next person would be logged in as this one.
    if (!(problem instanceof ApiError && problem.status === 401)) throw problem;
  }
  // Nothing that this person has seen stays in the page.
  location.reload();
}
