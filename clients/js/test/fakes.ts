import type {Clock} from "../src/clock.js";
import type {Picture} from "../src/frame.js";

/** Time that passes when it is told to. */
export class FakeClock implements Clock {
  chance = 0;
  /** All that were ever asked for. */
  readonly delaysMs: number[] = [];
  #nowMs = 1_000;
  #timers: {dueMs: number; callback: () => void}[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    this.delaysMs.push(delayMs);
    const timer = {dueMs: this.#nowMs + delayMs, callback};
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  random(): number {
    return this.chance;
  }

  /** Lets time pass, timers in their order. */
  pass(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > endMs) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#nowMs = next.dueMs;
      next.callback();
    }
    this.#nowMs = endMs;
  }

  /** Lets time pass in small steps, so that what waits for promises gets its turn. */
  async passSlowly(durationMs: number, stepMs = 10): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += stepMs) {
      this.pass(stepMs);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** The server's end of the sockets that a stream opens. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly WebSocket: new (url: string) => FakeSocket;

  constructor() {
    const {sockets} = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    };
  }

  get socket(): FakeSocket {
    const newest = this.sockets.at(-1);
    if (newest === undefined) throw new Error("nobody connected");
    return newest;
  }
}

export class FakeSocket {
  readyState = 0;
  bufferedAmount = 0;
  onmessage: ((event: {data: unknown}) => void) | null = null;
  onclose: ((event: {code: number}) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: (string | Picture)[] = [];
  readonly url: string;
  closedWith: number | null = null;

  constructor(url: string) {
    this.url = url;
  }

  send(data: string | Picture): void {
    this.sent.push(data);
  }

  close(code = 1005): void {
    this.closedWith = code;
  }

  /** The server lets the client in. */
  establish(fields: object = {}): void {
    this.readyState = 1;
    this.say({
      type: "connection_established",
      session_type: "enrollment",
      session_token: "sess_1",
      resumed: false,
      policy: {max_fps: 15},
      frames_processed: 0,
      blinks_detected: 0,
      motion_events: 0,
      message: "WebSocket connection established",
      ...fields,
    });
  }

  say(message: object): void {
    this.onmessage?.({data: JSON.stringify(message)});
  }

  answer(seq?: number): void {
    this.say({type: "frame_processed", seq, frames_dropped: 0});
  }

  refuse(code: number, details: object = {}): void {
    this.say({type: "error", error: "No", code, details});
  }

  /** The connection ends. */
  drop(code: number): void {
    this.readyState = 3;
    this.onclose?.({code});
  }

  get frames(): Uint8Array[] {
    return this.sent.filter((data) => data instanceof Uint8Array);
  }

  get texts(): string[] {
    return this.sent.filter((data) => typeof data === "string");
  }
}

/** The smallest thing that passes for a JPEG. */
export const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 2, 0xff, 0xd9);
