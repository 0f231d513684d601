import type {Clock} from "./clock.js";

/** About one frame of 640×480: with more than that waiting in the socket, a further one would only come late. */
const MAX_BUFFERED_BYTES = 64 * 1024;

/**
 * Frames that may be unanswered: what the socket's buffer doesn't show queues in the network. Ten frames a second over a
 * satellite's round trip of 0.7 s still go through.
 */
const MAX_UNANSWERED = 8;

/** An unanswered frame is taken for lost after that: the server says nothing of frames that gave way to newer ones. */
const ANSWER_PATIENCE_MS = 2_000;

/** When the server doesn't say for how long: one frame's time at 10 frames a second. */
const DEFAULT_PAUSE_MS = 100;

/** The server's own pauses are some 70 ms; one that grew past this would miss blinks for nothing. */
const MAX_PAUSE_MS = 2_000;

/** Says when a frame may go. */
export class Pace {
  readonly #clock: Clock;
  #pausedUntilMs = 0;
  #refusals = 0;
  #unanswered: {seq: number; sentMs: number}[] = [];
  #echoes = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new connection: nothing is on its way. */
  connected(): void {
    this.#unanswered = [];
  }

  /** Why no frame may go now; null when one may. */
  hindrance(bufferedBytes: number): "paused" | "busy" | null {
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#pausedUntilMs) return "paused";
    if (bufferedBytes > MAX_BUFFERED_BYTES) return "busy";
    this.#unanswered = this.#unanswered.filter(({sentMs}) => nowMs - sentMs < ANSWER_PATIENCE_MS);
    // A server that doesn't give seq back can't be counted along with.
    return this.#echoes && this.#unanswered.length >= MAX_UNANSWERED ? "busy" : null;
  }

  sent(seq: number): void {
    this.#unanswered.push({seq, sentMs: this.#clock.nowMs()});
  }

  /** A frame was looked at. */
  answered(seq: number | undefined): void {
    this.#refusals = 0;
    this.settled(seq);
  }

  /** A frame needs no waiting for any more, and so none before it: answers come in order. */
  settled(seq: number | undefined): void {
    if (seq === undefined) return;
    this.#echoes = true;
    this.#unanswered = this.#unanswered.filter((frame) => frame.seq > seq);
  }

  /** The server said 429. Again and again makes the pauses longer; what was on its way already doesn't. */
  slowDown(retryAfterMs = DEFAULT_PAUSE_MS): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs >= this.#pausedUntilMs) this.#refusals += 1;
    const pauseMs = Math.min(retryAfterMs * 2 ** (this.#refusals - 1), Math.max(retryAfterMs, MAX_PAUSE_MS));
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + pauseMs);
  }
}
