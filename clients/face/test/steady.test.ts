import {describe, expect, test} from "vitest";
import type {PromptKey} from "../src/machine/state.js";
import {begin, steady} from "../src/machine/steady.js";

const A = "prompt.no_face";
const B = "prompt.blink";
const C = "prompt.turn";

/** What is shown after each of what ten frames a second ask for. */
function shownAfter(wanted: readonly PromptKey[], first: PromptKey = A): PromptKey[] {
  let shown = begin(first, 0);
  return wanted.map((key, index) => (shown = steady(shown, key, (index + 1) * 100)).key);
}

describe("one instruction at a time", () => {
  test("stays long enough to be read", () => {
    const shown = shownAfter(Array<PromptKey>(20).fill(B));
    expect(shown.indexOf(B)).toBe(14);
  });

  test("is not moved by one frame", () => {
    expect(shownAfter([...Array<PromptKey>(30).fill(A), B, A, A])).not.toContain(B);
  });

  test("does not flicker with what frames alternate between", () => {
    const wanted = Array.from({length: 60}, (_, index) => (index % 2 ? A : B));
    expect(new Set(shownAfter(wanted))).toEqual(new Set([A]));
  });

  test("goes when it hasn't been true for long, though nothing else is steady", () => {
    const shown = shownAfter(Array.from({length: 40}, (_, index) => (index % 2 ? B : C)));
    expect(shown[23]).toBe(A);
    expect(shown[39]).not.toBe(A);
    const changes = shown.filter((key, index) => index > 0 && key !== shown[index - 1]);
    expect(changes).toHaveLength(1);
  });

  test("a move of a challenge can't wait", () => {
    expect(steady(begin(A, 0), "prompt.challenge.look_up", 10).key).toBe("prompt.challenge.look_up");
  });

  test("never changes more often than a flash would be dangerous", () => {
    let seed = 7;
    const keys: PromptKey[] = [A, B, C, "prompt.move_closer"];
    const wanted = Array.from({length: 600}, () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return keys[seed % keys.length] ?? A;
    });
    const shown = shownAfter(wanted);
    const changeTimes = shown.flatMap((key, index) => (index > 0 && key !== shown[index - 1] ? [index * 100] : []));
    const pauses = changeTimes.slice(1).map((timeMs, index) => timeMs - (changeTimes[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_500);
  });
});
