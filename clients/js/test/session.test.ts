import {describe, expect, test} from "vitest";

import {FaceStream, StreamEnded, runSession} from "../src/index.js";
import {FakeClock, FakeServer, JPEG} from "./fakes.js";

const COMPLETE = {type: "enrollment_complete", success: true};

function stand(pictures: Uint8Array<ArrayBuffer>[]) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const stream = new FaceStream("wss://x.example/", {clock, webSocket: server.WebSocket});
  const run = runSession(stream, pictures, {clock});
  void run.catch(() => undefined);
  return {clock, server, stream, run};
}

function film(length: number): Uint8Array<ArrayBuffer>[] {
  return Array.from({length}, () => JPEG);
}

describe("a film", () => {
  test("is streamed at ten frames a second until the result", async () => {
    const {clock, server, stream, run} = stand(film(100));
    server.socket.establish();
    await clock.passSlowly(950);
    expect(server.socket.frames).toHaveLength(10);
    server.socket.say(COMPLETE);
    expect(await run).toEqual(COMPLETE);
    expect(stream.state).toBe("ended");
  });

  test("waits while the connection is broken, and goes on where it was", async () => {
    const {clock, server} = stand(film(100));
    server.socket.establish();
    await clock.passSlowly(450);
    server.socket.drop(1006);
    await clock.passSlowly(2_000);
    server.socket.establish({resumed: true});
    await clock.passSlowly(500);
    const [first, second] = server.sockets;
    expect([first?.frames.length, second?.frames.length]).toEqual([5, 5]);
    expect(new TextDecoder("latin1").decode(second?.frames[0])).toContain('"seq":5');
  });

  test("that ends before the result is an error, after a while", async () => {
    const {clock, server, run, stream} = stand(film(3));
    server.socket.establish();
    await clock.passSlowly(5_190);
    expect(stream.state).toBe("open");
    await clock.passSlowly(20);
    await expect(run).rejects.toMatchObject({reason: "out_of_frames"});
    expect(stream.state).toBe("ended");
  });

  test("whose result comes after the last picture is no error", async () => {
    const {clock, server, run} = stand(film(1));
    server.socket.establish();
    await clock.passSlowly(2_000);
    server.socket.say(COMPLETE);
    expect(await run).toEqual(COMPLETE);
  });

  test("whose session is over is an error", async () => {
    const {clock, server, run} = stand(film(100));
    server.socket.refuse(404);
    server.socket.drop(4404);
    await clock.passSlowly(200);
    await expect(run).rejects.toThrow(StreamEnded);
    await expect(run).rejects.toMatchObject({reason: "not_found", code: 4404});
  });
});
