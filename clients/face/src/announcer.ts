/** Spoken instructions come at most so often: a sentence takes about three seconds to be read out. */
const MIN_INTERVAL_MS = 4_000;

/** What a screen reader is told, and when: the last of what was wanted, seldom, and nothing twice. */
export interface Announcer {
  readonly spoken: string;
  readonly spokenMs: number;
  readonly waiting: string | null;
}

export const SILENT: Announcer = {spoken: "", spokenMs: -Infinity, waiting: null};

/**
 * @param urgent what can't wait: a move that has a deadline, or an end.
 */
export function announce(announcer: Announcer, text: string, nowMs: number, urgent = false): Announcer {
  if (text === announcer.spoken) return {...announcer, waiting: null};
  if (urgent || nowMs - announcer.spokenMs >= MIN_INTERVAL_MS) return {spoken: text, spokenMs: nowMs, waiting: null};
  return {...announcer, waiting: text};
}

/** Lets time pass: what waited may be told now. */
export function later(announcer: Announcer, nowMs: number): Announcer {
  return announcer.waiting === null ? announcer : announce(announcer, announcer.waiting, nowMs);
}
