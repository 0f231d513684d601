import type {FrameProcessed, FrameRejected, Instruction, Obstacle} from "@frapi/client";
import type {TextKey} from "../texts/en.js";
import {pauseOf} from "./state.js";
import type {FaceState, PromptKey} from "./state.js";

const BY_INSTRUCTION: Readonly<Partial<Record<Instruction, PromptKey>>> = {
  look_straight: "prompt.look_straight",
  move_closer: "prompt.move_closer",
  move_back: "prompt.move_back",
  center_face: "prompt.center_face",
  more_light: "prompt.more_light",
  less_light: "prompt.less_light",
  hold_still: "prompt.hold_still",
  no_face: "prompt.no_face",
  multiple_faces: "prompt.multiple_faces",
  none: "prompt.almost",
};

/** What helps with an instruction that isn't followed. */
export const HINTS: Readonly<Partial<Record<PromptKey, TextKey>>> = {
  "prompt.blink": "hint.blink",
  "prompt.blink_or_turn": "hint.blink",
  "prompt.turn": "hint.turn",
  "prompt.no_face": "hint.no_face",
  "prompt.hold_still": "hint.hold_still",
};

const BY_OBSTACLE: Readonly<Partial<Record<Obstacle, PromptKey>>> = {
  glasses: "prompt.obstacle.glasses",
  mask: "prompt.obstacle.mask",
  hat: "prompt.obstacle.hat",
  hand_covering: "prompt.obstacle.hand_covering",
};

/** Frames are answered within a second or so; a server that was silent for so long is away, whatever the socket says. */
const SILENCE_MS = 4_000;

/** What stands in the way, whatever the last frame showed; `null` when nothing does. */
export function promptOfSituation(state: FaceState, nowMs: number): PromptKey | null {
  const pause = pauseOf(state);
  if (pause) return `prompt.${pause}`;
  const isSilent = state.link === "open" && nowMs - state.heardMs > SILENCE_MS;
  // A server on the same machine needs no network.
  if (!state.online && (isSilent || state.link !== "open")) return "prompt.offline";
  if (state.link === "waiting") return state.policy ? "prompt.reconnecting" : "prompt.unreachable";
  if (state.link === "connecting") return "prompt.connecting";
  if (isSilent) return "prompt.unreachable";
  return state.move ? `prompt.challenge.${state.move.action}` : null;
}

/** What the answer to a frame asks the person for. */
export function promptOfAnswer(state: FaceState, answer: FrameProcessed | FrameRejected): PromptKey {
  if (answer.type === "frame_rejected") {
    const [first, ...others] = answer.obstacles;
    const only = others.length === 0 ? first : undefined;
    return (only && BY_OBSTACLE[only]) ?? "prompt.obstacle.several";
  }
  if (answer.reason === "identity_changed") return "prompt.identity_changed";
  if (answer.instruction !== "blink_required" && answer.instruction !== "motion_required") {
    return BY_INSTRUCTION[answer.instruction] ?? "prompt.ready";
  }
  // A move that wasn't asked for would end a session that has a challenge.
  if (isChallengeAhead(state)) return "prompt.challenge.rest";
  if (state.policy?.liveness_rule === "any" && answer.blinks_required > 0 && answer.motion_required > 0) {
    return "prompt.blink_or_turn";
  }
  return answer.instruction === "blink_required" ? "prompt.blink" : "prompt.turn";
}

function isChallengeAhead({policy, movesAsked}: FaceState): boolean {
  return (policy?.challenge_steps ?? 0) > movesAsked;
}
