import {describe, expect, test} from "vitest";

import {withInfo} from "../src/frame.js";
import {JPEG} from "./fakes.js";

const INFO = {seq: 17, timestampMs: 1234.5};
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);

async function bytesOf(picture: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<number[]> {
  return [...new Uint8Array(await new Blob([picture]).arrayBuffer())];
}

describe("a JPEG", () => {
  test.each([
    ["bytes", JPEG],
    ["a buffer", JPEG.slice().buffer],
    ["a blob", new Blob([JPEG], {type: "image/jpeg"})],
    ["a part of a buffer", Uint8Array.of(1, 2, ...JPEG, 3).subarray(2, 2 + JPEG.length)],
  ])("as %s gets a comment after its first marker", async (_, picture) => {
    const bytes = await bytesOf(withInfo(picture, INFO));
    const text = 'frapi {"seq":17,"timestamp_ms":1234.5}';
    expect(bytes.slice(0, 6)).toEqual([0xff, 0xd8, 0xff, 0xfe, 0, text.length + 2]);
    expect(String.fromCharCode(...bytes.slice(6, 6 + text.length))).toBe(text);
    expect(bytes.slice(6 + text.length)).toEqual([...JPEG.subarray(2)]);
  });
});

describe("another picture", () => {
  test.each([
    ["bytes", PNG],
    ["a blob", new Blob([PNG], {type: "image/png"})],
    ["nothing", new Uint8Array()],
  ])("as %s stays as it is", async (_, picture) => {
    expect(await bytesOf(withInfo(picture, INFO))).toEqual(await bytesOf(picture));
  });
});
