import {expect, test} from "vitest";
import {announce, later, SILENT} from "../src/announcer.js";

test("the first words are spoken at once", () => {
  expect(announce(SILENT, "one", 0).spoken).toBe("one");
});

test("what changes often is spoken seldom, and then only the last of it", () => {
  let announcer = announce(SILENT, "one", 0);
  for (const [index, text] of ["two", "three", "four"].entries()) announcer = announce(announcer, text, index * 1_000);
  expect(announcer.spoken).toBe("one");
  expect(later(announcer, 3_900).spoken).toBe("one");
  expect(later(announcer, 4_000)).toMatchObject({spoken: "four", waiting: null});
});

test("what is taken back before it was spoken is never spoken", () => {
  const announcer = announce(announce(announce(SILENT, "one", 0), "two", 1_000), "one", 2_000);
  expect(later(announcer, 60_000).spoken).toBe("one");
});

test("nothing is said twice", () => {
  const announcer = announce(SILENT, "one", 0);
  expect(announce(announcer, "one", 60_000).spokenMs).toBe(0);
});

test("a move with a deadline can't wait", () => {
  expect(announce(announce(SILENT, "one", 0), "turn left", 100, true).spoken).toBe("turn left");
});
