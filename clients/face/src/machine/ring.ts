import type {SessionPolicy} from "@frapi/client";
import {targetFrames} from "./state.js";
import type {FaceState, Progress} from "./state.js";

/** One thing that the session wants. */
export interface Step {
  readonly name: "face" | "blink" | "turn" | "moves";
  readonly done: number;
  readonly total: number;
  readonly met: boolean;
}

/**
 * What the session wants, and how much of it is there. Of an alternative the other half disappears when one is met; in a
 * challenge, of whose moves many are blinks and turns, what is still wanted besides appears when all were made.
 */
export function stepsOf(state: FaceState): readonly Step[] {
  const {policy, progress} = state;
  if (!policy) return [];
  const steps = [step("face", progress.frames, targetFrames(policy))];
  const moves = step("moves", movesMade(state), policy.challenge_steps ?? 0);
  if (moves.total > 0) steps.push(moves);
  const signs = signsOf(policy, progress);
  if (moves.total === 0) return [...steps, ...signs];
  return moves.met ? [...steps, ...signs.filter(({met}) => !met)] : steps;
}

/** How much of everything is there, 0 to 1. */
export function shareDone(state: FaceState): number {
  if (state.phase === "done") return 1;
  const {policy} = state;
  const steps = stepsOf(state);
  if (!policy || steps.length === 0) return 0;
  const shares = steps.map(({name, done, total, met}) => ({name, share: met ? 1 : done / total}));
  if (policy.liveness_rule !== "any") return mean(shares.map(({share}) => share));
  // Of an alternative the better half counts.
  const isSign = ({name}: {name: Step["name"]}) => name === "blink" || name === "turn";
  const signs = shares.filter(isSign).map(({share}) => share);
  const others = shares.filter((each) => !isSign(each)).map(({share}) => share);
  return mean(signs.length === 0 ? others : [...others, Math.max(...signs)]);
}

/** Signs of life. */
function signsOf(policy: SessionPolicy, progress: Progress): readonly Step[] {
  if (policy.liveness_rule === "none") return [];
  const signs = [
    step("blink", progress.blinks, policy.required_blinks),
    step("turn", progress.turns, policy.required_motion),
  ].filter(({total}) => total > 0);
  const met = signs.filter((sign) => sign.met);
  return policy.liveness_rule === "any" && met.length > 0 ? met : signs;
}

/** The move that is asked for now was not made yet. */
function movesMade({move, movesAsked}: FaceState): number {
  return move ? movesAsked - 1 : movesAsked;
}

function step(name: Step["name"], done: number, total: number): Step {
  return {name, done: Math.min(done, total), total, met: done >= total};
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
