import {readFileSync} from "node:fs";
import {gzipSync} from "node:zlib";
import {expect, test} from "vitest";

const BUNDLE = readFileSync(new URL("../../../frapi/apps/console/static/frapi/frapi-face.js", import.meta.url), "utf8");
const MAX_GZIPPED_BYTES = 60_000;

test("the bundle is small", () => {
  expect(gzipSync(BUNDLE).length).toBeLessThan(MAX_GZIPPED_BYTES);
});

test("the bundle asks nobody else for anything", () => {
  const addresses = BUNDLE.match(/https?:\/\/[\w.-]+\w/g) ?? [];
  // The names of SVG and its like, and what people are told to type.
  expect(addresses.filter((address) => !/\/\/(www\.w3\.org|lit\.dev)$/.test(address))).toEqual([]);
  expect(BUNDLE).not.toMatch(/(^|[;}\s])import[\s*{"'(]|\bfetch\(|\beval\(|XMLHttpRequest/);
});

test("the bundle names whose work it contains", () => {
  expect(BUNDLE).toContain("Copyright (c) 2017 Google LLC");
});
