import type {Clock} from "./clock.js";

/** Pauses between attempts: each twice the one before, with chance in it so that clients don't come back all at once. */
export interface Backoff {
  firstDelayMs: number;
  maxDelayMs: number;
  /** The share of a pause that is left to chance, 0 to 1. */
  jitter: number;
}

/** The pause before attempt number `attempt`, which counts from 1. */
export function delayBefore(attempt: number, backoff: Backoff, clock: Clock): number {
  const fullMs = Math.min(backoff.firstDelayMs * 2 ** (attempt - 1), backoff.maxDelayMs);
  return Math.round(fullMs * (1 - backoff.jitter * clock.random()));
}
