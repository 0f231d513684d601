import {targetFrames} from "./state.js";
import type {FaceState} from "./state.js";

/** One thing that the session wants. */
export interface Step {
  readonly name: "face" | "blink" | "turn" | "moves";
  readonly done: number;
  readonly total: number;
  readonly met: boolean;
}

/** What the session wants, and how much of it is there. Of an alternative the other half disappears when one is met. */
export function stepsOf(state: FaceState): readonly Step[] {
  const {policy, progress} = state;
  if (!policy) return [];
  const steps = [step("face", progress.frames, targetFrames(policy))];
  if (policy.challenge_steps) steps.push(step("moves", movesMade(state), policy.challenge_steps));
  if (policy.liveness_rule === "none") return steps;
  const blink = step("blink", progress.blinks, policy.required_blinks);
  const turn = step("turn", progress.turns, policy.required_motion);
  const wanted = [blink, turn].filter(({total}) => total > 0);
  const isChosen = policy.liveness_rule === "any" && wanted.some(({met}) => met);
  return [...steps, ...(isChosen ? wanted.filter(({met}) => met) : wanted)];
}

/** How much of everything is there, 0 to 1. */
export function shareDone(state: FaceState): number {
  if (state.phase === "done") return 1;
  const steps = stepsOf(state);
  if (steps.length === 0) return 0;
  const isEither = state.policy?.liveness_rule === "any" && steps.length === 3 && !state.policy.challenge_steps;
  const shares = steps.map(({done, total, met}) => (met ? 1 : Math.min(done / total, 1)));
  if (!isEither) return mean(shares);
  const [face = 0, blink = 0, turn = 0] = shares;
  return mean([face, Math.max(blink, turn)]);
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
