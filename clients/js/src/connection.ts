import type {Clock} from "./clock.js";
import {type ServerMessage, type UnknownMessage, parseMessage} from "./messages.js";
import type {Picture} from "./frame.js";

/** What is used of a WebSocket, the browser's or that of `ws`. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string | Picture): void;
  close(code?: number): void;
}

export type WebSocketConstructor = new (url: string) => WebSocketLike;

const OPEN = 1;
const ABNORMAL = 1006;

/** The server closes after 30 s without a message; proxies commonly after 60. */
const CHECK_EVERY_MS = 10_000;

/** What a connection reports. */
export interface ConnectionListener {
  message(message: ServerMessage | UnknownMessage): void;
  /** Once, and nothing after it. */
  closed(code: number): void;
}

/** One WebSocket from its opening to its end. Keeps it from being idle, and notices when the other end is gone. */
export class Connection {
  readonly #socket: WebSocketLike;
  readonly #clock: Clock;
  #listener: ConnectionListener | null;
  #callOffCheck: () => void;
  #sentSinceCheck = false;
  #heardSinceCheck = false;
  #awaitsPong = false;

  constructor(url: string, WebSocket: WebSocketConstructor, clock: Clock, listener: ConnectionListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.#socket = new WebSocket(url);
    this.#socket.onmessage = ({data}: {data: unknown}) => {
      this.#heard(data);
    };
    this.#socket.onclose = ({code}: {code: number}) => {
      this.#finish(code);
    };
    // A close follows every error, and says as much: in a browser, nothing.
    this.#socket.onerror = () => undefined;
    // A connection that isn't open by the first check is given up.
    this.#awaitsPong = true;
    this.#callOffCheck = this.#planCheck();
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(picture: Picture): void {
    this.#sentSinceCheck = true;
    this.#send(picture);
  }

  /** Closes without a report. */
  close(code: number): void {
    this.#callOffCheck();
    this.#listener = null;
    this.#socket.close(code);
  }

  #send(data: string | Picture): void {
    if (this.#socket.readyState === OPEN) this.#socket.send(data);
  }

  #heard(data: unknown): void {
    this.#heardSinceCheck = true;
    const message = typeof data === "string" ? parseMessage(data) : null;
    if (message !== null) this.#listener?.message(message);
  }

  #planCheck(): () => void {
    return this.#clock.after(CHECK_EVERY_MS, () => {
      this.#check();
    });
  }

  #check(): void {
    if (this.#awaitsPong && !this.#heardSinceCheck) {
      // Gone without a word, as after a change of networks; the browser would notice minutes later.
      this.#finish(ABNORMAL);
      this.#socket.close();
      return;
    }
    this.#awaitsPong = !this.#heardSinceCheck || !this.#sentSinceCheck;
    this.#heardSinceCheck = this.#sentSinceCheck = false;
    if (this.#awaitsPong) this.#send('{"type": "ping"}');
    this.#callOffCheck = this.#planCheck();
  }

  #finish(code: number): void {
    this.#callOffCheck();
    const listener = this.#listener;
    this.#listener = null;
    listener?.closed(code);
  }
}
