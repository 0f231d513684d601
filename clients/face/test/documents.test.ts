// @vitest-environment happy-dom
import {readFileSync} from "node:fs";
import {afterEach, expect, test, vi} from "vitest";
import "../src/index.js";
import {WAYS_OUT} from "../src/machine/failures.js";
import {FakeCameras, FakeSocket} from "./fakes.js";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const DOCUMENT = read("../../../docs/component.md");
const README = read("../README.md");
const SOURCES = [
  "frapi-face",
  "view/stage",
  "view/checking",
  "view/panels",
  "view/picker",
  "view/styles/base",
  "public",
].map((name) => read(`../src/${name}.ts`));

/** What stands in the sources, and in backquotes in the document. */
function expectDocumented(pattern: RegExp): void {
  const found = SOURCES.flatMap((source) =>
    [...source.matchAll(pattern)].flatMap(([, names]) => names?.split(" ") ?? []),
  );
  expect(found.length).toBeGreaterThan(4);
  expect([...new Set(found)].filter((name) => !DOCUMENT.includes(`\`${name}\``))).toEqual([]);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test("the document has every failure with its way out", () => {
  const rows = [...DOCUMENT.matchAll(/^\| `([a-z_]+)` \| .* \| (Try again|Start a new check|none).* \|$/gm)];
  const told = Object.fromEntries(rows.map(([, code = "", button = ""]) => [code, button]));
  const buttons = {again: "Try again", renew: "Start a new check", none: "none"};
  expect(told).toEqual(Object.fromEntries(Object.entries(WAYS_OUT).map(([code, wayOut]) => [code, buttons[wayOut]])));
});

test("the document has every part, custom property and event", () => {
  expectDocumented(/part="([a-z -]+)"/g);
  expectDocumented(/var\((--frapi-[a-z-]+)/g);
  expectDocumented(/"(frapi-[a-z]+)": CustomEvent/g);
});

test("the readme's sample works", async () => {
  const sample = /```js\nimport "@frapi\/face";\n([^]+?)```/.exec(README)?.[1] ?? "";
  const url = "wss://server/ws/auth/process-image/sess_sample/";
  const assign = vi.fn();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("isSecureContext", true);
  vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
  vi.spyOn(HTMLMediaElement.prototype, "srcObject", "set").mockReturnValue();
  Object.defineProperty(navigator, "mediaDevices", {value: new FakeCameras(), configurable: true});
  document.body.innerHTML = "<main></main>";
  const fetch = vi.fn(() => Promise.resolve({json: () => Promise.resolve({websocket_url: url})}));

  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- it is our own text
  new Function("fetch", "location", sample)(fetch, {assign});
  const face = document.querySelector("frapi-face");
  face?.start();
  await vi.waitFor(() => {
    expect(FakeSocket.last?.url).toBe(url);
  });
  FakeSocket.last?.says({type: "authentication_complete", success: true, authenticated: true, message: ""});
  expect(assign).toHaveBeenCalledWith("/welcome");
  face?.remove();
});
