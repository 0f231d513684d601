import {describe, expect, test} from "vitest";
import {cadence, isDue, learned, taken} from "../src/capture/cadence.js";
import type {Fate} from "../src/capture/cadence.js";
import {sentSize} from "../src/capture/size.js";

/** How many frames a second are taken from a camera that gives `fps`. */
function takenPerSecond(fps: number, maxFps = 15, jitterMs = 0): number {
  const seconds = 20;
  let state = cadence(maxFps);
  let count = 0;
  for (let picture = 0; picture < fps * seconds; picture += 1) {
    const nowMs = (picture * 1_000) / fps + (picture % 3) * jitterMs;
    if (!isDue(state, nowMs)) continue;
    state = taken(state, nowMs);
    count += 1;
  }
  return count / seconds;
}

describe("the cadence", () => {
  test.each([60, 30, 25, 24, 20, 15])("is ten a second of a camera's %i", (fps) => {
    expect(takenPerSecond(fps)).toBeGreaterThan(9);
    expect(takenPerSecond(fps)).toBeLessThan(10.6);
  });

  test("takes every picture of a slower camera", () => {
    expect(takenPerSecond(8)).toBeCloseTo(8);
  });

  test("keeps to what a session allows", () => {
    expect(takenPerSecond(30, 5)).toBeCloseTo(5, 0);
  });

  test("bears pictures that come unevenly", () => {
    expect(takenPerSecond(30, 15, 8)).toBeGreaterThan(9);
  });

  test("does not catch up with what was missed", () => {
    let state = taken(cadence(15), 0);
    const resumedMs = 60_000;
    expect(isDue(state, resumedMs)).toBe(true);
    state = taken(state, resumedMs);
    expect(isDue(state, resumedMs + 20)).toBe(false);
  });
});

describe("a slow socket", () => {
  const after = (...fates: Fate[]) => fates.reduce(learned, cadence(15)).quality;

  test("costs picture quality, not frames", () => {
    expect(after("busy", "busy")).toBe(0.8);
    expect(after("busy", "busy", "busy")).toBe(0.7);
    expect(after(...Array<Fate>(100).fill("busy"))).toBe(0.5);
  });

  test("is one that stays slow", () => {
    expect(after("busy", "busy", "sent", "busy", "busy")).toBe(0.8);
  });

  test("a pause that the server asked for says nothing of the socket", () => {
    expect(after(...Array<Fate>(9).fill("paused"), "closed")).toBe(0.8);
  });
});

describe("what is sent", () => {
  test.each([
    [
      {width: 1280, height: 720},
      {width: 853, height: 480},
    ],
    [
      {width: 720, height: 1280},
      {width: 480, height: 853},
    ],
    [
      {width: 640, height: 480},
      {width: 640, height: 480},
    ],
    [
      {width: 320, height: 240},
      {width: 320, height: 240},
    ],
  ])("of %j is %j", (camera, sent) => {
    expect(sentSize(camera)).toEqual(sent);
  });
});
