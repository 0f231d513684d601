/** Time and chance, so that tests can have their own. */
export interface Clock {
  /** Milliseconds that never run backwards, from any zero. */
  nowMs(): number;
  /** Calls back once, later. @returns what calls it off. */
  after(delayMs: number, callback: () => void): () => void;
  /** From 0, to less than 1. */
  random(): number;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  random: () => Math.random(),
};
