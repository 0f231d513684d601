import {type Clock, systemClock} from "./clock.js";
import {Unauthorized} from "./errors.js";
import type {EncryptedData} from "./messages.js";
import {type ResultPayload, decryptPayload} from "./payload.js";
import type {
  AuthenticationRequest,
  AuthenticationTicket,
  EnrollmentRequest,
  EnrollmentTicket,
  ErasureReceipt,
  SessionResult,
  User,
} from "./resources.js";
import {Rest, type RestCall, type RestRetry} from "./rest.js";

export interface Credentials {
  apiKey: string;
  apiSecret: string;
}

export interface FrapiClientOptions {
  /** For one attempt. */
  timeoutMs?: number;
  retry?: Partial<RestRetry>;
  fetch?: typeof fetch;
  clock?: Clock;
}

const TIMEOUT_MS = 10_000;
const RETRY: RestRetry = {maxAttempts: 3, firstDelayMs: 300, maxDelayMs: 3_000, jitter: 0.5};

/** A token is renewed so long before it expires: a call that takes its time still comes through. */
const RENEW_BEFORE_MS = 60_000;

interface AccessToken {
  value: string;
  renewAtMs: number;
}

/**
 * One API client's view of the server, for the relying party's backend: key and secret have no place in a browser,
 * which only needs a session's `websocket_url`.
 *
 * Access tokens come and are renewed by themselves. Calls that read or erase are made again when the server or the
 * network failed; those that make a session are not.
 */
export class FrapiClient {
  readonly #rest: Rest;
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  #token: AccessToken | null = null;
  #renewal: Promise<string> | null = null;

  /** @param url the server's address, such as `https://faces.example.com`. */
  constructor(url: string, credentials: Credentials, options: FrapiClientOptions = {}) {
    this.#credentials = {...credentials};
    this.#clock = options.clock ?? systemClock;
    this.#rest = new Rest(
      url,
      options.fetch ?? globalThis.fetch.bind(globalThis),
      options.timeoutMs ?? TIMEOUT_MS,
      {...RETRY, ...options.retry},
      this.#clock,
    );
  }

  /** Fetches an access token. There is no need to, but to see whether the credentials are good. */
  async authenticate(): Promise<void> {
    await this.#renew();
  }

  /** Begins to enrol a user. */
  createEnrollment(request: EnrollmentRequest): Promise<EnrollmentTicket> {
    return this.#call({method: "POST", path: "/api/auth/enrollment/", body: request, repeatable: false});
  }

  /** Begins to verify the user of `user_id`, or without one to identify whoever comes. */
  createAuthentication(request: AuthenticationRequest = {}): Promise<AuthenticationTicket> {
    return this.#call({method: "POST", path: "/api/auth/authentication/", body: request, repeatable: false});
  }

  /** Status, counters and outcome of a session: what a backend goes by, whatever a browser says. */
  session(sessionToken: string): Promise<SessionResult> {
    return this.#call({method: "GET", path: sessionPath(sessionToken), repeatable: true});
  }

  /** Ends a session that isn't decided yet. */
  cancel(sessionToken: string): Promise<SessionResult> {
    return this.#call({method: "DELETE", path: sessionPath(sessionToken), repeatable: true});
  }

  /** All enrolled users by name, fetched page by page. */
  async *users(pageSize = 50): AsyncGenerator<User, void, undefined> {
    for (let query: string | null = `?page_size=${pageSize}`; query !== null;) {
      const page: {next: string | null; results: User[]} = await this.#call({
        method: "GET",
        path: `/api/auth/users/${query}`,
        repeatable: true,
      });
      yield* page.results;
      query = page.next === null ? null : page.next.slice(page.next.indexOf("?"));
    }
  }

  /** One enrolled user. */
  user(userId: string): Promise<User> {
    return this.#call({method: "GET", path: userPath(userId), repeatable: true});
  }

  /**
   * Erases all that the server holds of a user. The receipt counts what was removed. When the network fails after the
   * server has done it, the next attempt finds nobody: {@link NotFound}.
   */
  erase(userId: string): Promise<ErasureReceipt> {
    return this.#call({method: "DELETE", path: userPath(userId), repeatable: true});
  }

  /** Checks and opens the `encrypted_data` of a result. */
  decrypt(encrypted: EncryptedData): Promise<ResultPayload> {
    return decryptPayload(encrypted, this.#credentials.apiKey);
  }

  /** With an access token; one that is refused is renewed once. */
  async #call<Answer>(call: RestCall): Promise<Answer> {
    if (this.#token !== null && this.#clock.nowMs() < this.#token.renewAtMs) {
      try {
        return await this.#rest.call<Answer>({...call, accessToken: this.#token.value});
      } catch (error) {
        if (!(error instanceof Unauthorized)) throw error;
      }
    }
    return this.#rest.call<Answer>({...call, accessToken: await this.#renew()});
  }

  /** Calls that need a new token at the same time share one. */
  #renew(): Promise<string> {
    this.#renewal ??= this.#fetchToken().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #fetchToken(): Promise<string> {
    const answer = await this.#rest.call<{access_token: string; expires_in: number}>({
      method: "POST",
      path: "/api/core/auth/client/",
      body: {api_key: this.#credentials.apiKey, api_secret: this.#credentials.apiSecret},
      repeatable: true,
    });
    const renewAtMs = this.#clock.nowMs() + answer.expires_in * 1000 - RENEW_BEFORE_MS;
    this.#token = {value: answer.access_token, renewAtMs};
    return answer.access_token;
  }
}

function sessionPath(sessionToken: string): string {
  return `/api/auth/sessions/${encodeURIComponent(sessionToken)}/`;
}

function userPath(userId: string): string {
  return `/api/auth/users/${encodeURIComponent(userId)}/`;
}
