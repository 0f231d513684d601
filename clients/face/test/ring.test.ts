import {describe, expect, test} from "vitest";
import {shareDone, stepsOf} from "../src/machine/ring.js";
import {INITIAL} from "../src/machine/state.js";
import type {FaceState} from "../src/machine/state.js";
import {POLICY} from "./messages.js";

function state(policy: Partial<typeof POLICY>, progress: Partial<FaceState["progress"]>, movesAsked = 0): FaceState {
  const counts = {frames: 0, blinks: 0, turns: 0, ...progress};
  return {...INITIAL, phase: "checking", policy: {...POLICY, ...policy}, progress: counts, movesAsked};
}

const names = (face: FaceState) => stepsOf(face).map(({name, met}) => (met ? name.toUpperCase() : name));

describe("what is wanted", () => {
  test("nothing is known before the server said it", () => {
    expect(stepsOf(INITIAL)).toEqual([]);
    expect(shareDone(INITIAL)).toBe(0);
  });

  test.each([
    [state({}, {}), ["face", "blink", "turn"], 0],
    [state({}, {frames: 3}), ["FACE", "blink", "turn"], 1 / 3],
    [state({}, {frames: 9, blinks: 1}), ["FACE", "BLINK", "turn"], 2 / 3],
    [state({}, {frames: 3, blinks: 1, turns: 4}), ["FACE", "BLINK", "TURN"], 1],
    [state({required_motion: 0}, {frames: 3}), ["FACE", "blink"], 1 / 2],
    [state({liveness_rule: "none"}, {frames: 1}), ["face"], 1 / 3],
    [state({liveness_rule: "any"}, {frames: 3}), ["FACE", "blink", "turn"], 1 / 2],
    [state({liveness_rule: "any"}, {frames: 3, turns: 1}), ["FACE", "TURN"], 1],
    [state({challenge_steps: 3}, {frames: 3}), ["FACE", "moves"], 1 / 2],
    [state({challenge_steps: 3}, {frames: 3}, 3), ["FACE", "MOVES", "blink", "turn"], 1 / 2],
    [state({challenge_steps: 3}, {frames: 3, blinks: 1, turns: 1}, 3), ["FACE", "MOVES"], 1],
  ])("%#", (face, expected, share) => {
    expect(names(face)).toEqual(expected);
    expect(shareDone(face)).toBeCloseTo(share);
  });

  test("a move that is asked for was not made yet", () => {
    const before = {frames: 0, blinks: 0, turns: 0, widthPx: null};
    const move = {action: "look_up", index: 1, total: 3, startMs: 0, deadlineMs: 9, before, madeMs: null} as const;
    expect(stepsOf({...state({challenge_steps: 3}, {}, 2), move})[1]).toMatchObject({name: "moves", done: 1});
  });

  test("what was counted beyond the target is not shown", () => {
    expect(stepsOf(state({}, {frames: 49}))[0]).toMatchObject({done: 3, total: 3});
  });
});
