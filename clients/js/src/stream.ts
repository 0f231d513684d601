import {type Backoff, delayBefore} from "./backoff.js";
import {type Clock, systemClock} from "./clock.js";
import {Connection, type WebSocketConstructor} from "./connection.js";
import {Emitter} from "./emitter.js";
import {type EndReason, endReason, isResumable} from "./ending.js";
import {type FrameInfo, type Picture, withInfo} from "./frame.js";
import {
  type CompleteMessage,
  type ConnectionEstablished,
  type ErrorMessage,
  type ServerMessage,
  type UnknownMessage,
  isComplete,
  isKnown,
} from "./messages.js";
import {Pace} from "./pace.js";

/** When to connect again, and for how long to try. */
export interface RetryPolicy extends Backoff {
  /** After so long without the server the stream ends as `unreachable`. */
  giveUpAfterMs: number;
}

const RETRY: RetryPolicy = {
  firstDelayMs: 500,
  maxDelayMs: 8_000,
  jitter: 0.5,
  // A server's restart, or a lift's ride; whoever waited longer would rather be told.
  giveUpAfterMs: 120_000,
};

export interface FaceStreamOptions {
  retry?: Partial<RetryPolicy>;
  /** For Node before 22: that of the package `ws`. */
  webSocket?: WebSocketConstructor;
  clock?: Clock;
}

/**
 * What became of a frame: `sent`; `busy` (dropped: the socket is slow, or the server is behind), `paused` (dropped: the
 * server asked for a pause) or `closed` (dropped: not connected, right now or for good). Dropped frames are not sent
 * later: a newer one is worth more.
 */
export type Sent = "sent" | "busy" | "paused" | "closed";

export type StreamState = "idle" | "connecting" | "open" | "waiting" | "ended";

export interface FaceStreamEvents {
  /** The session is open, for the first time or again. */
  connected: ConnectionEstablished;
  /** Everything that the server says, also what has an event of its own; of a newer server's also what we don't know. */
  message: ServerMessage | UnknownMessage;
  /** The result. `ended` follows. */
  complete: CompleteMessage;
  /** The server could not use something; unless `ended` follows the session goes on. */
  serverError: ErrorMessage;
  /** The connection broke; the session is waited for. `attempt` counts from 1. */
  reconnecting: {attempt: number; delayMs: number; code: number};
  /** Nothing comes any more. `error`: what the server said last about it. */
  ended: {reason: EndReason; code: number; error: ErrorMessage | null};
}

const NORMAL = 1000;
const TOO_FAST = 429;

/**
 * The WebSocket of one session: sends frames as they come and drops what can't be sent at once, reports what the server
 * says, and connects again while the session lives. Brings no camera.
 */
export class FaceStream {
  readonly #url: string;
  readonly #retry: RetryPolicy;
  readonly #webSocket: WebSocketConstructor;
  readonly #clock: Clock;
  readonly #emitter = new Emitter<FaceStreamEvents>();
  readonly #pace: Pace;
  #state: StreamState = "idle";
  #connection: Connection | null = null;
  #attempt = 0;
  #unreachableSinceMs = 0;
  #callOffWait: (() => void) | null = null;
  #lastError: ErrorMessage | null = null;
  #completed = false;
  #nextSeq = 0;

  /** @param websocketUrl as the server gave it; `http:` and `https:` are understood too. */
  constructor(websocketUrl: string, options: FaceStreamOptions = {}) {
    this.#url = websocketUrl.replace(/^http/, "ws");
    this.#retry = {...RETRY, ...options.retry};
    this.#clock = options.clock ?? systemClock;
    this.#webSocket = options.webSocket ?? builtInWebSocket();
    this.#pace = new Pace(this.#clock);
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Listens. @returns what takes the listener off again. */
  on<Name extends keyof FaceStreamEvents>(name: Name, listener: (event: FaceStreamEvents[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Connects, and goes on trying until {@link close} or the `ended` event. Once only. */
  connect(): void {
    if (this.#state !== "idle") throw new Error(`a stream connects once; this one is ${this.#state}`);
    this.#unreachableSinceMs = this.#clock.nowMs();
    this.#open();
  }

  /** Stops for good. The session itself stays open until it expires. */
  close(): void {
    if (this.#state === "ended") return;
    this.#connection?.close(NORMAL);
    this.#end("closed", NORMAL);
  }

  /** Connects at once instead of waiting on; for who learnt that the network is back. */
  retryNow(): void {
    if (this.#state !== "waiting") return;
    this.#callOffWait?.();
    this.#open();
  }

  /**
   * Sends one frame, or drops it.
   *
   * @param info `seq` counts up from 0 when it isn't given, and `timestampMs` is now; give both for all frames or none.
   */
  sendFrame(picture: Picture, info: Partial<FrameInfo> = {}): Sent {
    if (this.#state !== "open" || this.#connection === null) return "closed";
    const hindrance = this.#pace.hindrance(this.#connection.bufferedBytes);
    if (hindrance !== null) return hindrance;
    const seq = info.seq ?? this.#nextSeq;
    this.#nextSeq = seq + 1;
    this.#connection.send(withInfo(picture, {seq, timestampMs: info.timestampMs ?? this.#clock.nowMs()}));
    this.#pace.sent(seq);
    return "sent";
  }

  #open(): void {
    this.#callOffWait = null;
    this.#state = "connecting";
    this.#pace.connected();
    this.#connection = new Connection(this.#url, this.#webSocket, this.#clock, {
      message: (message) => {
        this.#receive(message);
      },
      closed: (code) => {
        this.#closed(code);
      },
    });
  }

  #receive(message: ServerMessage | UnknownMessage): void {
    if (isKnown(message)) {
      this.#note(message);
      this.#emitter.emit("message", message);
      if (message.type === "connection_established") this.#emitter.emit("connected", message);
      else if (message.type === "error") this.#emitter.emit("serverError", message);
      else if (isComplete(message)) this.#emitter.emit("complete", message);
    } else {
      this.#emitter.emit("message", message);
    }
  }

  /** What a message changes, before anybody hears of it. */
  #note(message: ServerMessage): void {
    switch (message.type) {
      case "connection_established":
        this.#state = "open";
        return;
      case "frame_processed":
      case "frame_rejected":
        // Only now: a server that takes connections and drops them again is not back.
        this.#attempt = 0;
        this.#pace.answered(message.seq);
        return;
      case "error":
        this.#lastError = message;
        if (message.code === TOO_FAST) this.#pace.slowDown(message.details.retry_after_ms);
        this.#pace.settled(message.details.seq);
        return;
      case "enrollment_complete":
      case "authentication_complete":
        this.#completed = true;
        return;
      default:
    }
  }

  #closed(code: number): void {
    const nowMs = this.#clock.nowMs();
    if (this.#state === "open") this.#unreachableSinceMs = nowMs;
    this.#connection = null;
    if (this.#completed) this.#end("completed", code);
    else if (!isResumable(code)) this.#end(endReason(code, this.#lastError), code);
    else if (nowMs - this.#unreachableSinceMs >= this.#retry.giveUpAfterMs) this.#end("unreachable", code);
    else this.#wait(code);
  }

  #wait(code: number): void {
    this.#attempt += 1;
    this.#state = "waiting";
    this.#lastError = null;
    const delayMs = delayBefore(this.#attempt, this.#retry, this.#clock);
    this.#callOffWait = this.#clock.after(delayMs, () => {
      this.#open();
    });
    this.#emitter.emit("reconnecting", {attempt: this.#attempt, delayMs, code});
  }

  #end(reason: EndReason, code: number): void {
    this.#callOffWait?.();
    this.#callOffWait = null;
    this.#connection = null;
    this.#state = "ended";
    this.#emitter.emit("ended", {reason, code, error: reason === "completed" ? null : this.#lastError});
  }
}

function builtInWebSocket(): WebSocketConstructor {
  const found = (globalThis as {WebSocket?: WebSocketConstructor}).WebSocket;
  if (found === undefined) {
    throw new Error("this Node has no WebSocket: give that of the package 'ws' as the option webSocket");
  }
  return found;
}
