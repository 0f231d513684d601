// @vitest-environment happy-dom
import {afterEach, beforeEach, describe, expect, test, vi} from "vitest";
import "../src/index.js";
import type {FrapiFaceElement} from "../src/index.js";
import {FakeCameras, FakeSocket} from "./fakes.js";
import {established, processed} from "./messages.js";

const URL_A = "ws://server/a/";
const URL_B = "ws://server/b/";
const EXPIRED = {type: "error", error: "Session has ended", code: 410, details: {status: "expired"}};

let cameras: FakeCameras;
let face: FrapiFaceElement;
let events: [string, unknown][];

beforeEach(() => {
  cameras = new FakeCameras();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("isSecureContext", true);
  Object.defineProperty(navigator, "mediaDevices", {value: cameras, configurable: true});
  vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
  vi.spyOn(HTMLMediaElement.prototype, "srcObject", "set").mockReturnValue();
  events = [];
  face = document.createElement("frapi-face");
  face.lang = "en";
  for (const name of ["start", "progress", "complete", "cancel", "error", "retry"]) {
    face.addEventListener(`frapi-${name}`, (event) => events.push([name, (event as CustomEvent<unknown>).detail]));
  }
});

afterEach(() => {
  face.remove();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Lets everything happen that waits for nothing but promises. */
const settle = () => new Promise((resolve) => setTimeout(resolve));
const names = () => events.map(([name]) => name);
const root = () => face.shadowRoot ?? face.attachShadow({mode: "open"});
const heading = () => root().querySelector("h2")?.textContent;
const spoken = () => root().querySelector("[role=status]")?.textContent;

async function shown(properties: Partial<FrapiFaceElement> = {websocketUrl: URL_A}): Promise<void> {
  Object.assign(face, properties);
  document.body.append(face);
  await settle();
}

async function press(label: string): Promise<void> {
  const button = [...root().querySelectorAll("button")].find(({textContent}) => textContent.trim() === label);
  expect(button, `a button “${label}”`).toBeDefined();
  button?.click();
  await settle();
}

async function connected(): Promise<void> {
  await shown();
  await press("Start");
  FakeSocket.last?.says(established());
  await settle();
}

describe("a check", () => {
  test("touches neither camera nor server before the person's click", async () => {
    await shown();
    expect(heading()).toBe("Face check");
    expect(cameras.getUserMedia).not.toHaveBeenCalled();
    expect(FakeSocket.all).toEqual([]);
  });

  test("begins by itself where the page says so", async () => {
    await shown({websocketUrl: URL_A, autostart: true});
    expect(FakeSocket.last?.url).toBe(URL_A);
  });

  test("tells how it goes and how it ended, and switches the camera off", async () => {
    await connected();
    FakeSocket.last?.says(processed({frames_processed: 2}));
    const result = {type: "authentication_complete", success: true, user_id: "ada"};
    FakeSocket.last?.says({...result, authenticated: true, frames_processed: 3, message: ""});
    await settle();
    expect(names()).toEqual(["start", "progress", "complete"]);
    expect(events[1]?.[1]).toMatchObject({framesProcessed: 2, framesTarget: 3, qualityScore: 0.8});
    expect(events[2]?.[1]).toMatchObject({success: true, userId: "ada", sessionType: "enrollment", raw: result});
    expect(cameras.track?.readyState).toBe("ended");
    expect(FakeSocket.last?.readyState).toBe(3);
  });

  test("that recognises nobody ends as complete, without success", async () => {
    await connected();
    FakeSocket.last?.says({type: "authentication_complete", success: false, authenticated: false, message: ""});
    await settle();
    expect(names()).toEqual(["start", "complete"]);
    expect(heading()).toBe("We didn’t recognise you");
  });

  test("lets go of everything when it leaves the document", async () => {
    await connected();
    face.remove();
    expect(cameras.track?.readyState).toBe("ended");
    expect(FakeSocket.last?.readyState).toBe(3);
    document.body.append(face);
    await settle();
    expect(heading()).toBe("Face check");
  });

  test("cancelled while the browser still asks: the camera that comes then is switched off", async () => {
    let allow: () => void = () => undefined;
    cameras.answer = new Promise((resolve) => (allow = resolve));
    await shown();
    await press("Start");
    expect(heading()).toBe("Allow the camera");
    await press("Cancel");
    allow();
    await settle();
    expect(names()).toEqual(["start", "cancel"]);
    expect(cameras.track?.readyState).toBe("ended");
    expect(FakeSocket.all).toEqual([]);
  });
});

describe("a failure", () => {
  test.each(["", "nonsense", "ftp://server/"])("is an address like %j", async (websocketUrl) => {
    await shown({websocketUrl});
    if (websocketUrl === "") await press("Start");
    expect(events).toMatchObject([["error", {code: "bad_url", retryable: false}]]);
  });

  test("has its words, its code and its way out", async () => {
    cameras.refusal = "NotReadableError";
    await shown();
    await press("Start");
    expect(events[1]).toEqual([
      "error",
      {
        code: "camera_busy",
        retryable: true,
        message: expect.stringMatching(/^The camera is in use\. Close /) as string,
      },
    ]);
    cameras.refusal = null;
    await press("Try again");
    expect(FakeSocket.last?.url).toBe(URL_A);
  });

  test("is mended by the camera that is plugged in", async () => {
    cameras.refusal = "NotFoundError";
    await shown();
    await press("Start");
    expect(heading()).toBe("No camera found");
    cameras.refusal = null;
    cameras.dispatchEvent(new Event("devicechange"));
    await settle();
    expect(FakeSocket.last?.url).toBe(URL_A);
  });

  test("is a camera that goes in the middle; the same session goes on with the next", async () => {
    await connected();
    cameras.track?.unplug();
    await settle();
    expect(events.at(-1)).toMatchObject(["error", {code: "camera_lost"}]);
    await press("Try again");
    FakeSocket.last?.says(established({}, {resumed: true, frames_processed: 2}));
    await settle();
    expect(root().querySelector(".steps")?.textContent).toContain("2 of 3");
  });

  test("can be left", async () => {
    cameras.refusal = "NotReadableError";
    await shown();
    await press("Start");
    await press("Cancel");
    expect(names()).toEqual(["start", "error", "cancel"]);
  });
});

describe("a session that is over", () => {
  const expire = async () => {
    await connected();
    FakeSocket.last?.ends(4404, EXPIRED);
    await settle();
    expect(heading()).toBe("The time for this check is over");
  };

  test("asks the page for another, and begins it when it comes", async () => {
    await expire();
    await press("Start a new check");
    expect(names()).toEqual(["start", "error", "retry"]);
    // The page renders again, with what it had.
    face.websocketUrl = URL_A;
    await settle();
    expect(FakeSocket.all).toHaveLength(1);
    face.websocketUrl = URL_B;
    await settle();
    expect(FakeSocket.last?.url).toBe(URL_B);
  });

  test("is replaced by the page's function", async () => {
    face.getSession = vi.fn(() => Promise.resolve(URL_B));
    await expire();
    await press("Start a new check");
    expect(FakeSocket.last?.url).toBe(URL_B);
    expect(names()).not.toContain("retry");
  });

  test.each([
    ["fails", () => Promise.reject(new Error("no"))],
    ["gives the same again", () => Promise.resolve(URL_A)],
    ["gives nonsense", () => Promise.resolve("nonsense")],
  ])("is named when the page's function %s", async (_, getSession) => {
    face.getSession = getSession;
    await expire();
    await press("Start a new check");
    expect(events.at(-1)).toMatchObject(["error", {code: "session_refused", retryable: true}]);
  });

  test("is not asked for before it is needed", async () => {
    const getSession = vi.fn(() => Promise.resolve(URL_B));
    await shown({websocketUrl: "", getSession});
    expect(getSession).not.toHaveBeenCalled();
    await press("Start");
    expect(FakeSocket.last?.url).toBe(URL_B);
  });

  test("in place of one that goes on is begun at once, with the camera as it is", async () => {
    await connected();
    face.websocketUrl = URL_B;
    await settle();
    expect(FakeSocket.all.map(({url}) => url)).toEqual([URL_A, URL_B]);
    expect(FakeSocket.all[0]?.readyState).toBe(3);
    expect(cameras.tracks).toHaveLength(1);
  });
});

describe("for everybody", () => {
  test("the language is the nearest, the direction follows", async () => {
    face.lang = "ar";
    await shown();
    const card = root().querySelector("section");
    expect([card?.lang, card?.dir]).toEqual(["ar", "rtl"]);
  });

  test("texts can be the page's own, at any time", async () => {
    await shown({websocketUrl: URL_A, messages: {"intro.title": "Hello"}});
    expect(heading()).toBe("Hello");
    face.messages = {"intro.title": "Hi"};
    await settle();
    expect(heading()).toBe("Hi");
  });

  test("instructions are spoken; ends are read where the focus goes", async () => {
    await connected();
    expect(spoken()).toBe("Look into the camera");
    root().querySelector("button")?.focus();
    FakeSocket.last?.ends(4404, EXPIRED);
    await settle();
    expect(root().activeElement?.textContent).toBe("The time for this check is over");
    expect(spoken()).toBe("");
  });

  test("ends are spoken where the focus is elsewhere", async () => {
    await connected();
    (root().activeElement as HTMLElement | null)?.blur();
    FakeSocket.last?.ends(4404, EXPIRED);
    await settle();
    expect(root().activeElement).toBeNull();
    expect(spoken()).toMatch(/^The time for this check is over\. Start a new one/);
  });
});
