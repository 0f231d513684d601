import type {PromptKey, ShownPrompt} from "./state.js";

/** How long an instruction stays at least: half a second to notice it, one and a half to read and begin. */
const MIN_SHOWN_MS = 1_500;
/** How long another must be wanted without a break before it takes over: three frames, so that one bad frame shows nothing. */
const MIN_WANTED_MS = 300;
/** An instruction that was not wanted for so long goes, even if none of several others was steady. */
const STALE_MS = 2_500;

/** What can't wait, for the person must act or stop now. */
function isUrgent(key: PromptKey): boolean {
  return key.startsWith("prompt.challenge.") || key === "prompt.offline" || key === "prompt.reconnecting";
}

/** The instruction as it first stands there. */
export function begin(key: PromptKey, nowMs: number): ShownPrompt {
  return {key, sinceMs: nowMs, confirmedMs: nowMs, rival: null};
}

/**
 * Decides what is shown when `wanted` is what the last frame asks for. Ten times a second something else may be wanted;
 * nobody can read that.
 */
export function steady(shown: ShownPrompt, wanted: PromptKey, nowMs: number): ShownPrompt {
  if (wanted === shown.key) return {...shown, confirmedMs: nowMs, rival: null};
  if (isUrgent(wanted)) return begin(wanted, nowMs);
  const rival = shown.rival?.key === wanted ? shown.rival : {key: wanted, sinceMs: nowMs};
  const wasRead = nowMs - shown.sinceMs >= MIN_SHOWN_MS;
  const isSteady = nowMs - rival.sinceMs >= MIN_WANTED_MS;
  const isStale = nowMs - shown.confirmedMs >= STALE_MS;
  return wasRead && (isSteady || isStale) ? begin(wanted, nowMs) : {...shown, rival};
}
