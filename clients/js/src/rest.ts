import {type Backoff, delayBefore} from "./backoff.js";
import type {Clock} from "./clock.js";
import {ApiError, NotFound, RateLimited, ServerUnreachable, Unauthorized} from "./errors.js";
import type {ErrorMessage} from "./messages.js";

export interface RestRetry extends Backoff {
  /** How often a call is made at most. Only calls that may be made twice are: never one that makes a session. */
  maxAttempts: number;
}

export interface RestCall {
  method: "GET" | "POST" | "DELETE";
  /** From the server's root. */
  path: string;
  body?: object;
  accessToken?: string;
  /** Making it twice does no more than making it once. */
  repeatable: boolean;
}

const SERVER_ERRORS = 500;

/** Makes calls over HTTP, and again where the server or the network failed. */
export class Rest {
  readonly #root: string;
  readonly #fetch: typeof fetch;
  readonly #timeoutMs: number;
  readonly #retry: RestRetry;
  readonly #clock: Clock;

  constructor(root: string, fetcher: typeof fetch, timeoutMs: number, retry: RestRetry, clock: Clock) {
    this.#root = root.replace(/\/+$/, "");
    this.#fetch = fetcher;
    this.#timeoutMs = timeoutMs;
    this.#retry = retry;
    this.#clock = clock;
  }

  async call<Answer>(call: RestCall): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once<Answer>(call);
      } catch (error) {
        if (!call.repeatable || attempt >= this.#retry.maxAttempts || !mayPass(error)) throw error;
        await this.#sleep(delayBefore(attempt, this.#retry, this.#clock));
      }
    }
  }

  async #once<Answer>({method, path, body, accessToken}: RestCall): Promise<Answer> {
    const headers: Record<string, string> = {Accept: "application/json"};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (accessToken !== undefined) headers["Authorization"] = `JWT ${accessToken}`;
    let response: Response;
    let text: string;
    try {
      response = await this.#fetch(this.#root + path, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      text = await response.text();
    } catch (cause) {
      throw new ServerUnreachable(`No server answers at ${this.#root}`, {cause});
    }
    const answer = parseObject(text);
    if (!response.ok) throw apiError(response, answer);
    if (answer === null) throw new ServerUnreachable(`What answers at ${this.#root} is no frapi server`);
    return answer as Answer;
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(delayMs, resolve));
  }
}

/** Whether the same call may go better next time. */
function mayPass(error: unknown): boolean {
  return error instanceof ServerUnreachable || (error instanceof ApiError && error.code >= SERVER_ERRORS);
}

function parseObject(text: string): object | null {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" ? answer : null;
  } catch {
    return null;
  }
}

function apiError(response: Response, answer: object | null): ApiError {
  const {error, details} = (answer ?? {}) as Partial<ErrorMessage>;
  const Kind = {401: Unauthorized, 404: NotFound, 429: RateLimited}[response.status] ?? ApiError;
  return new Kind(error ?? "The server refused the request", response.status, details ?? {});
}
