import {inspect} from "node:util";

import {describe, expect, test} from "vitest";

import {
  ApiError,
  FrapiClient,
  type FrapiClientOptions,
  NotFound,
  RateLimited,
  ServerUnreachable,
} from "../src/index.js";
import {Unauthorized} from "../src/index.js";
import {FakeClock} from "./fakes.js";

const CREDENTIALS = {apiKey: "frapi_key", apiSecret: "the_secret"};

type Answer = {status: number; body: unknown} | Error;

interface Request {
  method: string;
  path: string;
  token: string | undefined;
  body: unknown;
}

const TOKEN = "/api/core/auth/client/";

/** A client whose server gives `answers` one after the other; access tokens come by themselves, numbered. */
function stand(answers: Answer[], options: FrapiClientOptions = {}) {
  const clock = new FakeClock();
  const requests: Request[] = [];
  let tokens = 0;
  const fetcher: typeof fetch = (url, init) => {
    const {method, headers, body} = init as {method: string; headers: Record<string, string>; body: string | null};
    const {pathname, search} = new URL(url as string);
    requests.push({
      method,
      path: pathname + search,
      token: headers["Authorization"],
      body: body === null ? null : (JSON.parse(body) as unknown),
    });
    const answer =
      pathname === TOKEN && options.fetch === undefined
        ? {status: 200, body: {access_token: `token${++tokens}`, token_type: "JWT", expires_in: 3600}}
        : answers.shift();
    if (answer === undefined) throw new Error("asked once too often");
    if (answer instanceof Error) return Promise.reject(answer);
    const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
    return Promise.resolve(new Response(text, {status: answer.status}));
  };
  const client = new FrapiClient("https://faces.example.com/", CREDENTIALS, {clock, ...options, fetch: fetcher});
  /** A call's result, once the pauses in it have passed. */
  const settle = async <T>(call: Promise<T>): Promise<T> => {
    void call.catch(() => undefined);
    await clock.passSlowly(5_000);
    return call;
  };
  return {client, clock, requests, settle};
}

function refusal(code: number, details: object = {}): Answer {
  return {status: code, body: {type: "error", error: "No", code, details}};
}

const SESSION = {status: 200, body: {id: "1", status: "completed"}};

describe("a call", () => {
  test("fetches a token first, and keeps it", async () => {
    const {client, requests} = stand([SESSION, SESSION]);
    await client.session("sess_1");
    await client.session("sess_1");
    expect(requests).toEqual([
      {method: "POST", path: TOKEN, token: undefined, body: {api_key: "frapi_key", api_secret: "the_secret"}},
      {method: "GET", path: "/api/auth/sessions/sess_1/", token: "JWT token1", body: null},
      {method: "GET", path: "/api/auth/sessions/sess_1/", token: "JWT token1", body: null},
    ]);
  });

  test("renews the token before it expires", async () => {
    const {client, clock, requests} = stand([SESSION, SESSION]);
    await client.session("sess_1");
    clock.pass(3_540_000);
    await client.session("sess_1");
    expect(requests.at(-1)?.token).toBe("JWT token2");
  });

  test("renews a token that is refused, once", async () => {
    const {client, requests} = stand([SESSION, refusal(401), SESSION, refusal(401), refusal(401)]);
    await client.session("sess_1");
    await client.session("sess_1");
    expect(requests.at(-1)?.token).toBe("JWT token2");
    await expect(client.session("sess_1")).rejects.toThrow(Unauthorized);
  });

  test("shares a new token with others of the same time", async () => {
    const {client, requests} = stand([SESSION, SESSION, SESSION]);
    await Promise.all([client.session("a"), client.session("b"), client.session("c")]);
    expect(requests.filter(({path}) => path === TOKEN)).toHaveLength(1);
  });
});

describe("a failure that may pass", () => {
  test.each([
    ["an error of the server", refusal(503)],
    ["no JSON from a proxy", {status: 502, body: "<html>Bad gateway</html>"}],
    ["a network that fails", new TypeError("fetch failed")],
  ])("%s: the call is made again", async (_, failure) => {
    const {client, settle, requests} = stand([failure, failure, SESSION]);
    expect(await settle(client.session("sess_1"))).toEqual(SESSION.body);
    expect(requests).toHaveLength(4);
  });

  test("is reported after the third attempt", async () => {
    const {client, settle} = stand([refusal(503), refusal(503), refusal(503)]);
    await expect(settle(client.user("ada"))).rejects.toMatchObject({name: "ApiError", code: 503});
  });

  test("is reported at once where a session would be made twice", async () => {
    const {client, settle, requests} = stand([refusal(503), new TypeError("fetch failed")]);
    await expect(settle(client.createEnrollment({user_id: "ada"}))).rejects.toThrow(ApiError);
    await expect(settle(client.createAuthentication())).rejects.toThrow(ServerUnreachable);
    expect(requests.filter(({path}) => path !== TOKEN)).toHaveLength(2);
  });

  test("waits longer each time", async () => {
    const {client, clock, settle} = stand([refusal(500), refusal(500), SESSION]);
    await settle(client.session("sess_1"));
    expect(clock.delaysMs).toEqual([300, 600]);
  });
});

describe("a refusal", () => {
  test.each([
    [400, ApiError],
    [403, ApiError],
    [404, NotFound],
    [429, RateLimited],
  ])("%i is reported at once", async (code, Kind) => {
    const {client} = stand([refusal(code, {field: "user_id"})]);
    const error: unknown = await client.user("ada").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Kind);
    expect(error).toMatchObject({code, message: `No [${code}]`, details: {field: "user_id"}});
  });

  test("429 says how long to wait", async () => {
    const {client} = stand([refusal(429, {retry_after_ms: 30_000})]);
    await expect(client.createAuthentication({user_id: "ada"})).rejects.toMatchObject({retryAfterMs: 30_000});
  });

  test("of something that isn't frapi is told by its status", async () => {
    const {client} = stand([{status: 404, body: "<html>nothing here</html>"}]);
    await expect(client.user("ada")).rejects.toMatchObject({name: "NotFound", code: 404, details: {}});
  });

  test.each(["<html>hello</html>", '"hello"', "null"])("%s is no answer", async (body) => {
    const answer = {status: 200, body};
    const {client, settle} = stand([answer, answer, answer]);
    await expect(settle(client.user("ada"))).rejects.toThrow("is no frapi server");
  });
});

describe("paths", () => {
  test("take users' names as they are", async () => {
    const {client, requests} = stand([{status: 200, body: {}}]);
    await client.erase("a+b@c:d");
    expect(requests.at(-1)).toMatchObject({method: "DELETE", path: "/api/auth/users/a%2Bb%40c%3Ad/"});
  });

  test("can't be led astray by them", async () => {
    const {client, requests} = stand([{status: 200, body: {}}]);
    await client.user("../sessions");
    expect(requests.at(-1)?.path).toBe("/api/auth/users/..%2Fsessions/");
  });

  test("of users lead from page to page of the same server", async () => {
    const {client, requests} = stand([
      {status: 200, body: {next: "http://inside.example/api/auth/users/?page=2", results: [{user_id: "a"}]}},
      {status: 200, body: {next: null, results: [{user_id: "b"}]}},
    ]);
    const names: string[] = [];
    for await (const user of client.users()) names.push(user.user_id);
    expect(names).toEqual(["a", "b"]);
    expect(requests.slice(1).map(({path}) => path)).toEqual([
      "/api/auth/users/?page_size=50",
      "/api/auth/users/?page=2",
    ]);
  });
});

test("key, secret and token show nowhere", async () => {
  const {client} = stand([SESSION, refusal(400)]);
  await client.session("sess_1");
  const error: unknown = await client.user("ada").catch((reason: unknown) => reason);
  const shown = inspect([client, error], {depth: 10}) + JSON.stringify([client, error]);
  expect(shown).not.toMatch(/frapi_key|the_secret|token1/);
});
