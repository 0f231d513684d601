/** Frames a second: what the server's blink and turn detection is made for. */
const TARGET_FPS = 10;
/** Below it blinks are missed, so that a slow socket costs picture quality before frames. */
const MIN_QUALITY = 0.5;
const MAX_QUALITY = 0.8;
const QUALITY_STEP = 0.1;
/** Frames in a row that found the socket busy before the pictures get smaller. */
const BUSY_PATIENCE = 3;
/** A camera's frame may come so much early: at 30 a second every third one is meant. */
const EARLY_SHARE = 0.2;

/** When the next frame may be taken, and how it is packed. */
export interface Cadence {
  readonly intervalMs: number;
  readonly nextDueMs: number;
  /** Of the JPEG, 0 to 1. The picture's size never changes: that would look like another camera. */
  readonly quality: number;
  readonly busyCount: number;
}

/** What became of a frame, as the stream says it. */
export type Fate = "sent" | "busy" | "paused" | "closed";

/** @param maxFps what the session allows. */
export function cadence(maxFps: number): Cadence {
  return {intervalMs: 1_000 / Math.min(TARGET_FPS, maxFps), nextDueMs: 0, quality: MAX_QUALITY, busyCount: 0};
}

/** Whether a picture that the camera just took is to be sent. */
export function isDue({nextDueMs, intervalMs}: Cadence, nowMs: number): boolean {
  return nowMs >= nextDueMs - intervalMs * EARLY_SHARE;
}

/** A picture was taken: the next is due one interval later, on the beat, so that ten a second stay ten. */
export function taken(cadence: Cadence, nowMs: number): Cadence {
  const onTheBeatMs = cadence.nextDueMs + cadence.intervalMs;
  // What was missed is not caught up with.
  return {...cadence, nextDueMs: Math.max(onTheBeatMs, nowMs + cadence.intervalMs / 2)};
}

/** Takes in what became of a frame. */
export function learned(cadence: Cadence, fate: Fate): Cadence {
  if (fate !== "busy") return fate === "sent" ? {...cadence, busyCount: 0} : cadence;
  const busyCount = cadence.busyCount + 1;
  if (busyCount < BUSY_PATIENCE) return {...cadence, busyCount};
  return {...cadence, busyCount: 0, quality: Math.max(MIN_QUALITY, round(cadence.quality - QUALITY_STEP))};
}

function round(quality: number): number {
  return Math.round(quality * 10) / 10;
}
