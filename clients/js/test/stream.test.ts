import {describe, expect, test} from "vitest";

import {FaceStream, type FaceStreamEvents, type FaceStreamOptions} from "../src/index.js";
import {FakeClock, FakeServer, JPEG} from "./fakes.js";

const URL = "wss://faces.example.com/ws/auth/process-image/sess_1/";

function stand(options: FaceStreamOptions = {}) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const stream = new FaceStream(URL, {clock, webSocket: server.WebSocket, ...options});
  const heard: [name: string, event: unknown][] = [];
  const names = ["connected", "complete", "serverError", "reconnecting", "ended"] as const;
  for (const name of names) stream.on(name, (event) => heard.push([name, event]));
  const last = <Name extends keyof FaceStreamEvents>(name: Name) =>
    heard.findLast(([each]) => each === name)?.[1] as FaceStreamEvents[Name] | undefined;
  return {clock, server, stream, heard, last};
}

function connected(options: FaceStreamOptions = {}) {
  const all = stand(options);
  all.stream.connect();
  all.server.socket.establish();
  return all;
}

describe("connecting", () => {
  test.each([
    ["https://a.example/ws/1/", "wss://a.example/ws/1/"],
    ["http://a.example/ws/1/", "ws://a.example/ws/1/"],
    ["ws://https.example/", "ws://https.example/"],
  ])("%s is %s", (given, used) => {
    const server = new FakeServer();
    new FaceStream(given, {webSocket: server.WebSocket, clock: new FakeClock()}).connect();
    expect(server.socket.url).toBe(used);
  });

  test("is open once the server says so", () => {
    const {stream, server, last} = stand();
    stream.connect();
    expect([stream.state, stream.sendFrame(JPEG)]).toEqual(["connecting", "closed"]);
    server.socket.establish({resumed: true});
    expect([stream.state, last("connected")?.resumed]).toEqual(["open", true]);
  });

  test("happens once", () => {
    const {stream} = connected();
    expect(() => {
      stream.connect();
    }).toThrow("connects once");
  });

  test("is given up and tried again when nobody answers", () => {
    const {stream, clock, server, last} = stand();
    stream.connect();
    clock.pass(10_000);
    expect(server.socket.closedWith).not.toBeNull();
    expect(last("reconnecting")).toEqual({attempt: 1, delayMs: 500, code: 1006});
  });

  test("a listener can be taken off, also while it is called", () => {
    const {stream, server} = stand();
    let calls = 0;
    const off = stream.on("message", () => {
      calls += 1;
      off();
    });
    stream.connect();
    server.socket.establish();
    server.socket.answer();
    expect(calls).toBe(1);
  });
});

describe("frames", () => {
  test("go as binary messages that count up and tell the time", () => {
    const {stream, server, clock} = connected();
    expect(stream.sendFrame(JPEG)).toBe("sent");
    clock.pass(100);
    stream.sendFrame(JPEG);
    stream.sendFrame(JPEG, {seq: 17, timestampMs: 5.5});
    const texts = server.socket.frames.map((frame) => new TextDecoder("latin1").decode(frame));
    expect(texts[0]).toContain('frapi {"seq":0,"timestamp_ms":1000}');
    expect(texts[1]).toContain('frapi {"seq":1,"timestamp_ms":1100}');
    expect(texts[2]).toContain('frapi {"seq":17,"timestamp_ms":5.5}');
  });

  test("are dropped while the socket is slow", () => {
    const {stream, server} = connected();
    server.socket.bufferedAmount = 64 * 1024 + 1;
    expect(stream.sendFrame(JPEG)).toBe("busy");
    server.socket.bufferedAmount = 0;
    expect(stream.sendFrame(JPEG)).toBe("sent");
    expect(server.socket.frames).toHaveLength(1);
  });

  test("are dropped while too many are unanswered", () => {
    const {stream, server, clock} = connected();
    stream.sendFrame(JPEG);
    server.socket.answer(0);
    for (let count = 0; count < 8; count++) expect(stream.sendFrame(JPEG)).toBe("sent");
    expect(stream.sendFrame(JPEG)).toBe("busy");
    server.socket.answer(3);
    expect(stream.sendFrame(JPEG)).toBe("sent");
    for (let count = 0; count < 8; count++) stream.sendFrame(JPEG);
    expect(stream.sendFrame(JPEG)).toBe("busy");
    clock.pass(2_000);
    expect(stream.sendFrame(JPEG)).toBe("sent");
  });

  test("aren't counted along where the server gives no seq back", () => {
    const {stream, server} = connected();
    for (let count = 0; count < 20; count++) {
      expect(stream.sendFrame(JPEG)).toBe("sent");
      server.socket.answer();
    }
  });

  test("pause when the server says 429, and for longer each time", () => {
    const {stream, server, clock} = connected();
    server.socket.refuse(429, {retry_after_ms: 67});
    // One that was on its way already changes nothing.
    server.socket.refuse(429, {retry_after_ms: 60});
    expect(stream.sendFrame(JPEG)).toBe("paused");
    clock.pass(66);
    expect(stream.sendFrame(JPEG)).toBe("paused");
    clock.pass(1);
    expect(stream.sendFrame(JPEG)).toBe("sent");
    server.socket.refuse(429, {retry_after_ms: 67});
    clock.pass(133);
    expect(stream.sendFrame(JPEG)).toBe("paused");
    clock.pass(1);
    expect(stream.sendFrame(JPEG)).toBe("sent");
    server.socket.answer(1);
    server.socket.refuse(429, {retry_after_ms: 67});
    clock.pass(67);
    expect(stream.sendFrame(JPEG)).toBe("sent");
  });

  test("a pause that the server asks for is kept, however long", () => {
    const {stream, server, clock} = connected();
    server.socket.refuse(429, {retry_after_ms: 9_000});
    clock.pass(8_999);
    expect(stream.sendFrame(JPEG)).toBe("paused");
  });

  test("are dropped after the end", () => {
    const {stream} = connected();
    stream.close();
    expect(stream.sendFrame(JPEG)).toBe("closed");
  });
});

describe("messages", () => {
  test("come with the event of their kind", () => {
    const {stream, server, heard} = connected();
    const types: string[] = [];
    stream.on("message", ({type}) => types.push(type));
    server.socket.answer(1);
    server.socket.refuse(400, {field: "image"});
    server.socket.say({type: "authentication_complete", success: false, authenticated: false});
    expect(types).toEqual(["frame_processed", "error", "authentication_complete"]);
    expect(heard.map(([name]) => name)).toEqual(["connected", "serverError", "complete"]);
  });

  test("of a newer server are passed on", () => {
    const {stream, server} = connected();
    const messages: object[] = [];
    stream.on("message", (message) => messages.push(message));
    server.socket.say({type: "weather", sunny: true});
    expect(messages).toEqual([{type: "weather", sunny: true}]);
  });

  test.each([["no json"], ["null"], ["[]"], ["{}"], ['{"type": 7}'], [new ArrayBuffer(1)]])("%j is none", (data) => {
    const {stream, server} = connected();
    stream.on("message", () => {
      throw new Error("heard it");
    });
    server.socket.onmessage?.({data});
    expect(stream.state).toBe("open");
  });
});

describe("reconnecting", () => {
  test.each([1001, 1005, 1006, 1011, 1012, 1013, 1014, 4408])("after %i", (code) => {
    const {stream, server, clock, last} = connected();
    server.socket.drop(code);
    expect([stream.state, last("reconnecting")]).toEqual(["waiting", {attempt: 1, delayMs: 500, code}]);
    clock.pass(500);
    server.socket.establish({resumed: true});
    expect([server.sockets.length, stream.state]).toEqual([2, "open"]);
    expect(stream.sendFrame(JPEG)).toBe("sent");
  });

  test("waits twice as long each time, up to a limit", () => {
    const {stream, server, clock} = connected();
    const delays: number[] = [];
    stream.on("reconnecting", ({delayMs}) => {
      delays.push(delayMs);
    });
    for (let attempt = 0; attempt < 6; attempt++) {
      server.socket.drop(1006);
      clock.pass(8_000);
    }
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000]);
  });

  test("leaves half of a pause to chance", () => {
    const {server, clock, last} = connected();
    clock.chance = 0.5;
    server.socket.drop(1006);
    expect(last("reconnecting")?.delayMs).toBe(375);
  });

  test("begins with a short pause again only when frames are answered", () => {
    const {stream, server, clock, last} = connected();
    const dropAgain = () => {
      server.socket.drop(1011);
      clock.pass(8_000);
      server.socket.establish();
    };
    dropAgain();
    dropAgain();
    expect(last("reconnecting")?.attempt).toBe(2);
    stream.sendFrame(JPEG);
    server.socket.answer(0);
    dropAgain();
    expect(last("reconnecting")?.attempt).toBe(1);
  });

  test("is given up in the end", () => {
    const {server, clock, last} = connected({retry: {giveUpAfterMs: 20_000}});
    clock.pass(9_000);
    for (let attempt = 0; attempt < 3; attempt++) {
      server.socket.drop(1006);
      expect(last("ended")).toBeUndefined();
      clock.pass(8_000);
    }
    server.socket.drop(1006);
    expect(last("ended")).toEqual({reason: "unreachable", code: 1006, error: null});
  });

  test("is at once for who knows that the network is back", () => {
    const {stream, server, clock} = connected();
    server.socket.drop(1006);
    stream.retryNow();
    expect(server.sockets).toHaveLength(2);
    stream.retryNow();
    clock.pass(500);
    expect(server.sockets).toHaveLength(2);
  });

  test("doesn't happen after close()", () => {
    const {stream, server, clock, last} = connected();
    server.socket.drop(1006);
    stream.close();
    clock.pass(60_000);
    expect(server.sockets).toHaveLength(1);
    expect(last("ended")?.reason).toBe("closed");
  });
});

describe("a silent socket", () => {
  test("is pinged", () => {
    const {server, clock} = connected();
    clock.pass(10_000);
    expect(server.socket.texts).toEqual(['{"type": "ping"}']);
    server.socket.say({type: "pong"});
    clock.pass(10_000);
    expect(server.socket.texts).toHaveLength(2);
  });

  test("isn't pinged while frames are answered", () => {
    const {stream, server, clock} = connected();
    for (let second = 0; second < 60; second++) {
      stream.sendFrame(JPEG);
      server.socket.answer(second);
      clock.pass(1_000);
    }
    expect(server.socket.texts).toEqual([]);
  });

  test("is left when nothing comes back", () => {
    const {stream, server, clock, last} = connected();
    clock.pass(20_000);
    expect(server.socket.closedWith).not.toBeNull();
    expect(last("reconnecting")).toMatchObject({attempt: 1, code: 1006});
    const [gone] = server.sockets;
    clock.pass(500);
    gone?.answer(1);
    gone?.drop(1006);
    expect([stream.state, server.sockets.length]).toEqual(["connecting", 2]);
  });
});

describe("the end", () => {
  test.each([
    [1000, null, "unknown"],
    [1000, {code: 422, details: {reason: "too_late"}}, "refused"],
    [1008, {code: 400, details: {}}, "bad_messages"],
    [1009, null, "too_big"],
    [4401, {code: 403, details: {}}, "origin_refused"],
    [4404, {code: 404, details: {}}, "not_found"],
    [4404, {code: 401, details: {}}, "revoked"],
    [4404, {code: 410, details: {status: "expired"}}, "expired"],
    [4404, {code: 410, details: {status: "completed"}}, "over"],
    [4409, {code: 409, details: {}}, "taken_over"],
    [4429, {code: 4429, details: {}}, "frames_used_up"],
    [4999, null, "unknown"],
  ] as const)("%i after %j is %s", (code, error, reason) => {
    const {stream, server, clock, last} = connected();
    if (error !== null) server.socket.refuse(error.code, error.details);
    server.socket.drop(code);
    clock.pass(60_000);
    expect(last("ended")).toMatchObject({reason, code});
    expect(last("ended")?.error?.code).toBe(error?.code);
    expect([stream.state, server.sockets.length]).toEqual(["ended", 1]);
  });

  test.each([1000, 1006])("after a result is completed, whatever the close code (%i)", (code) => {
    const {server, last} = connected();
    server.socket.refuse(429, {retry_after_ms: 1});
    server.socket.say({type: "enrollment_complete", success: true});
    server.socket.drop(code);
    expect(last("ended")).toEqual({reason: "completed", code, error: null});
  });

  test("that was asked for closes the socket, and comes once", () => {
    const {stream, server, heard} = connected();
    stream.close();
    stream.close();
    server.socket.drop(1000);
    expect(server.socket.closedWith).toBe(1000);
    expect(heard.filter(([name]) => name === "ended")).toHaveLength(1);
  });

  test("leaves no timer behind", () => {
    const {stream, server, clock} = connected();
    stream.close();
    clock.pass(600_000);
    expect(server.socket.texts).toEqual([]);
  });
});
