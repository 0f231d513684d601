import type {Challenge, CompleteMessage, FaceBox, Obstacle, SessionPolicy, SessionType} from "@frapi/client";
import type {TextKey} from "../texts/en.js";
import type {FailureCode} from "./failures.js";

export type Phase =
  /** Nothing was begun: the camera is off. */
  | "idle"
  /** The browser is asked for the camera. */
  | "opening"
  /** The camera is on, and the server looks or will look. */
  | "checking"
  /** A new session is awaited, after one that is over. */
  | "renewing"
  | "done"
  | "failed"
  | "cancelled";

export type Link = "connecting" | "open" | "waiting";

/** Why no frames are sent though everything is there. */
export type Pause = "hidden" | "interrupted";

export type PromptKey = Extract<TextKey, `prompt.${string}`>;

/** Which instruction is shown, and what it takes to replace it: see `steady.ts`. */
export interface ShownPrompt {
  readonly key: PromptKey;
  readonly sinceMs: number;
  /** When it was last what should be shown. */
  readonly confirmedMs: number;
  readonly rival: {readonly key: PromptKey; readonly sinceMs: number} | null;
}

export interface Camera {
  readonly deviceId: string;
  /** A camera that faces the person is shown as a mirror. */
  readonly mirrored: boolean;
}

/** What the server said of the last frame. */
export interface Sight {
  readonly box: FaceBox | null;
  readonly accepted: boolean;
  readonly qualityScore: number;
}

export interface Progress {
  readonly frames: number;
  readonly blinks: number;
  readonly turns: number;
}

export interface ActiveMove {
  readonly action: Challenge["action"];
  readonly index: number;
  readonly total: number;
  readonly startMs: number;
  readonly deadlineMs: number;
  /** What was counted when it was asked for, and how wide the face was. */
  readonly before: Progress & {readonly widthPx: number | null};
  /** Since when it seems to be made; `null` while it doesn't. */
  readonly madeMs: number | null;
}

export interface FaceState {
  readonly phase: Phase;
  /** The browser is on a network, as far as it knows. */
  readonly online: boolean;
  readonly visible: boolean;
  readonly camera: Camera | null;
  /** Something else took the camera for a while: a call, another program. */
  readonly interrupted: boolean;
  readonly link: Link;
  /** When the server last said something on an open connection. */
  readonly heardMs: number;
  readonly sessionType: SessionType | null;
  readonly policy: SessionPolicy | null;
  readonly progress: Progress;
  readonly sight: Sight | null;
  /** What covered the face when something last did. */
  readonly obstacles: readonly Obstacle[];
  /** Since when frames have been looked at too seldom; `null` while they aren't. */
  readonly slowSinceMs: number | null;
  readonly prompt: ShownPrompt;
  readonly move: ActiveMove | null;
  /** Moves of the challenge that were asked for so far. */
  readonly movesAsked: number;
  readonly outcome: CompleteMessage | null;
  readonly failure: FailureCode | null;
}

export const NO_PROGRESS: Progress = {frames: 0, blinks: 0, turns: 0};

export const INITIAL: FaceState = {
  phase: "idle",
  online: true,
  visible: true,
  camera: null,
  interrupted: false,
  link: "connecting",
  heardMs: 0,
  sessionType: null,
  policy: null,
  progress: NO_PROGRESS,
  sight: null,
  obstacles: [],
  slowSinceMs: null,
  prompt: {key: "prompt.connecting", sinceMs: 0, confirmedMs: 0, rival: null},
  move: null,
  movesAsked: 0,
  outcome: null,
  failure: null,
};

export function pauseOf(state: FaceState): Pause | null {
  if (state.phase !== "checking") return null;
  if (!state.visible) return "hidden";
  return state.interrupted ? "interrupted" : null;
}

/** Accepted frames that the session asks for. */
export function targetFrames(policy: SessionPolicy): number {
  return policy.target_samples ?? policy.min_frames_required ?? 0;
}

/** What has to run in a state; whoever drives the machine starts and stops it accordingly. */
export interface Wants {
  readonly camera: boolean;
  readonly link: boolean;
  readonly frames: boolean;
}

export function wantsOf(state: FaceState): Wants {
  const checking = state.phase === "checking";
  return {
    camera: checking || state.phase === "opening",
    link: checking,
    frames: checking && state.link === "open" && pauseOf(state) === null,
  };
}
