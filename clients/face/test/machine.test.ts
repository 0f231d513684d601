import type {Challenge, CompleteMessage, EndReason, ErrorMessage, FaceBox} from "@frapi/client";
import {describe, expect, test} from "vitest";
import type {FaceEvent} from "../src/machine/events.js";
import {WAYS_OUT} from "../src/machine/failures.js";
import type {FailureCode} from "../src/machine/failures.js";
import {MAX_ATTEMPTS, reduce} from "../src/machine/reduce.js";
import {INITIAL, pauseOf, wantsOf} from "../src/machine/state.js";
import type {FaceState} from "../src/machine/state.js";
import {established, processed, rejected} from "./messages.js";

const CAMERA = {type: "camera", camera: {deviceId: "cam", mirrored: true}} as const satisfies FaceEvent;
const MOVE: Challenge = {
  type: "challenge",
  nonce: "n",
  index: 0,
  total: 3,
  action: "turn_left",
  deadline_ms: 4_000,
  message: "",
};

/** Plays events, each with its time, or all at 0. */
function play(events: readonly (FaceEvent | readonly [number, FaceEvent])[], state: FaceState = INITIAL): FaceState {
  return events.reduce<FaceState>((current, entry) => {
    const [nowMs, event] = "type" in entry ? ([0, entry] as const) : entry;
    return reduce(current, event, nowMs);
  }, state);
}

const boxed = (widthPx: number) => ({...processed().visual_data, face_bbox: [0, 0, widthPx, 100] as FaceBox});

/** Time for a new instruction to take over. */
const TICKS: [number, FaceEvent][] = [
  [1_500, {type: "tick"}],
  [1_900, {type: "tick"}],
];

const connected = (...args: Parameters<typeof established>): FaceEvent => ({
  type: "connected",
  message: established(...args),
});
const says = (message: Extract<FaceEvent, {type: "message"}>["message"]): FaceEvent => ({type: "message", message});
const checking = (...args: Parameters<typeof established>) => play([{type: "start"}, CAMERA, connected(...args)]);
const failing = (code: FailureCode) => play([{type: "failed", code}], checking());

describe("the course of a check", () => {
  test("the camera is asked for first, the server only when it is on", () => {
    const opening = play([{type: "start"}]);
    expect(opening.phase).toBe("opening");
    expect(wantsOf(opening)).toEqual({camera: true, link: false, frames: false});
    const connecting = play([CAMERA], opening);
    expect(wantsOf(connecting)).toEqual({camera: true, link: true, frames: false});
    expect(connecting.prompt.key).toBe("prompt.connecting");
    expect(wantsOf(play([connected()], connecting))).toEqual({camera: true, link: true, frames: true});
  });

  test("a result ends it and switches everything off", () => {
    const outcome = {type: "enrollment_complete", success: true} as CompleteMessage;
    const done = play([says(outcome)], checking());
    expect(done).toMatchObject({phase: "done", outcome, failure: null, camera: null});
    expect(wantsOf(done)).toEqual({camera: false, link: false, frames: false});
  });

  test("a face that isn't recognised is a failure that has a result", () => {
    const outcome = {type: "authentication_complete", success: false} as CompleteMessage;
    expect(play([says(outcome)], checking())).toMatchObject({phase: "failed", failure: "not_recognized", outcome});
  });

  test("cancelling switches everything off, and starting again begins anew", () => {
    const cancelled = play([says(processed()), {type: "cancel"}], checking());
    expect(cancelled.phase).toBe("cancelled");
    expect(wantsOf(cancelled).camera).toBe(false);
    expect(play([{type: "start"}], cancelled)).toMatchObject({phase: "opening", sight: null});
  });

  test.each(["idle", "done", "cancelled"] as const)("there is nothing to cancel when it is %s", (phase) => {
    const state = {...INITIAL, phase};
    expect(play([{type: "cancel"}], state)).toBe(state);
  });

  test("what comes late changes nothing", () => {
    const cancelled = play([{type: "cancel"}], checking());
    const late: FaceEvent[] = [
      says(processed()),
      {type: "ended", reason: "expired", error: null},
      {type: "reconnecting", attempt: 99},
      CAMERA,
      connected(),
      {type: "failed", code: "camera_lost"},
    ];
    for (const event of late) expect(play([event], cancelled).phase).toBe("cancelled");
  });

  test("another camera in the middle of it loses nothing", () => {
    const before = play([says(processed({frames_processed: 2}))], checking());
    const after = play([{type: "camera", camera: {deviceId: "back", mirrored: false}}], before);
    expect(after).toMatchObject({phase: "checking", link: "open", camera: {mirrored: false}, progress: {frames: 2}});
  });
});

describe("the connection", () => {
  test("counts go on where an earlier connection ended", () => {
    const state = checking({}, {resumed: true, frames_processed: 2, blinks_detected: 1, motion_events: 0});
    expect(state.progress).toEqual({frames: 2, blinks: 1, turns: 0});
  });

  test("while it is lost nothing is sent, and the person knows", () => {
    const lost = play([{type: "reconnecting", attempt: 1}], checking());
    expect(wantsOf(lost)).toEqual({camera: true, link: true, frames: false});
    expect(lost.prompt.key).toBe("prompt.reconnecting");
    expect(play([[5_000, connected()]], lost)).toMatchObject({link: "open", prompt: {key: "prompt.ready"}});
  });

  test("a server that never answered is not called lost", () => {
    const waiting = play([{type: "start"}, CAMERA, {type: "reconnecting", attempt: 1}]);
    expect(play(TICKS, waiting).prompt.key).toBe("prompt.unreachable");
  });

  test("without a network the person is told that", () => {
    const state = play(
      [
        {type: "online", online: false},
        {type: "reconnecting", attempt: 1},
      ],
      checking(),
    );
    expect(state.prompt.key).toBe("prompt.offline");
  });

  test.each([
    [true, "server_away"],
    [false, "offline"],
  ] as const)("online %s: after too many attempts it is %s, and can be tried again", (online, code) => {
    const events: FaceEvent[] = [
      {type: "online", online},
      {type: "reconnecting", attempt: MAX_ATTEMPTS.later},
    ];
    const waiting = play(events, checking());
    expect(waiting.phase).toBe("checking");
    const failed = play([{type: "reconnecting", attempt: MAX_ATTEMPTS.later + 1}], waiting);
    expect(failed).toMatchObject({phase: "failed", failure: code});
    expect(WAYS_OUT[code]).toBe("again");
  });

  test("who never got in waits less long", () => {
    const connecting = play([{type: "start"}, CAMERA]);
    const failed = play([{type: "reconnecting", attempt: MAX_ATTEMPTS.first + 1}], connecting);
    expect(failed).toMatchObject({phase: "failed", failure: "server_away"});
  });

  test("a server that falls silent is away though the socket is open", () => {
    const silent = play(
      [
        [4_001, {type: "tick"}],
        [4_400, {type: "tick"}],
      ],
      checking(),
    );
    expect(silent.prompt.key).toBe("prompt.unreachable");
    expect(play([[4_500, {type: "online", online: false}]], silent).prompt.key).toBe("prompt.offline");
  });

  test("a server on the same machine needs no network", () => {
    const state = play([{type: "online", online: false}, ...TICKS], checking());
    expect(state.prompt.key).toBe("prompt.ready");
  });

  test.each<[EndReason, ErrorMessage["details"] | null, FailureCode]>([
    ["expired", null, "session_expired"],
    ["over", null, "session_over"],
    ["not_found", null, "session_unknown"],
    ["revoked", null, "client_revoked"],
    ["taken_over", null, "taken_over"],
    ["origin_refused", null, "origin_refused"],
    ["frames_used_up", null, "frames_used_up"],
    ["bad_messages", null, "protocol"],
    ["too_big", null, "protocol"],
    ["unreachable", null, "server_away"],
    ["unknown", null, "server_error"],
    ["refused", {}, "enrollment_refused"],
    ["refused", {reason: "wrong_action"}, "challenge_wrong_action"],
    ["refused", {reason: "too_early"}, "challenge_too_early"],
    ["refused", {reason: "too_late"}, "challenge_too_late"],
    ["refused", {reason: "face_lost"}, "challenge_face_lost"],
    ["refused", {reason: "interrupted"}, "challenge_interrupted"],
    ["refused", {reason: "no_camera"}, "challenge_no_camera"],
    ["refused", {reason: "of a newer server"}, "challenge_failed"],
  ])("%s with %o is %s", (reason, details, failure) => {
    const error: ErrorMessage | null = details && {type: "error", error: "", code: 422, details};
    expect(play([{type: "ended", reason, error}], checking())).toMatchObject({phase: "failed", failure});
  });
});

describe("ways out of a failure", () => {
  test("the same session is tried again where it lives", () => {
    expect(play([{type: "retry"}], failing("camera_busy")).phase).toBe("opening");
  });

  test("a new session is awaited where it is over, and begun when it comes", () => {
    const renewing = play([{type: "retry"}], failing("session_expired"));
    expect(renewing.phase).toBe("renewing");
    expect(play([{type: "session", begin: true}], renewing)).toMatchObject({phase: "opening", failure: null});
  });

  test("no session comes", () => {
    const renewing = play([{type: "retry"}], failing("session_expired"));
    expect(play([{type: "no-session"}], renewing)).toMatchObject({phase: "failed", failure: "session_refused"});
  });

  test("where nothing helps nothing happens", () => {
    const failed = failing("insecure_origin");
    expect(play([{type: "retry"}], failed)).toBe(failed);
  });

  test("any failure can be left", () => {
    expect(play([{type: "cancel"}], failing("insecure_origin"))).toMatchObject({phase: "cancelled", failure: null});
  });

  test("what the browser said of itself stays true", () => {
    const failed = play([{type: "online", online: false}], failing("offline"));
    expect(play([{type: "retry"}], failed).online).toBe(false);
  });
});

describe("pauses", () => {
  test("a page that isn't seen sends nothing", () => {
    const hidden = play([{type: "visible", visible: false}], checking());
    expect(pauseOf(hidden)).toBe("hidden");
    expect(wantsOf(hidden)).toEqual({camera: true, link: true, frames: false});
    expect(wantsOf(play([{type: "visible", visible: true}], hidden)).frames).toBe(true);
  });

  test("neither does a camera that something else took", () => {
    const state = play([[2_000, {type: "interrupted", interrupted: true}]], checking());
    expect(wantsOf(state).frames).toBe(false);
    expect(play([[4_000, {type: "tick"}]], state).prompt.key).toBe("prompt.interrupted");
  });
});

describe("instructions", () => {
  /** What is shown when the same answer comes for long enough. */
  const shown = (message: Parameters<typeof says>[0], state = checking()) =>
    play(
      [
        [2_000, says(message)],
        [2_400, says(message)],
      ],
      state,
    ).prompt.key;

  test.each([
    [processed({instruction: "no_face", success: false}), "prompt.no_face"],
    [processed({instruction: "multiple_faces", success: false}), "prompt.multiple_faces"],
    [processed({instruction: "more_light"}), "prompt.more_light"],
    [processed({instruction: "move_back"}), "prompt.move_back"],
    [processed({instruction: "none"}), "prompt.almost"],
    [processed({instruction: "blink_required"}), "prompt.blink"],
    [processed({instruction: "motion_required"}), "prompt.turn"],
    [processed({instruction: "hold_still", reason: "identity_changed"}), "prompt.identity_changed"],
    [processed({instruction: "of a newer server" as "none"}), "prompt.ready"],
    [rejected("glasses"), "prompt.obstacle.glasses"],
    [rejected("glasses", "hat"), "prompt.obstacle.several"],
    [rejected("scarf" as "hat"), "prompt.obstacle.several"],
    [rejected(), "prompt.obstacle.several"],
  ])("%#", (message, key) => {
    expect(shown(message)).toBe(key);
  });

  test("what covers the face is remembered as long as it is talked about", () => {
    const state = play([says(rejected("mask", "hat")), says(processed())], checking());
    expect(state.obstacles).toEqual(["mask", "hat"]);
  });

  test("of an alternative both are offered", () => {
    expect(shown(processed(), checking({liveness_rule: "any"}))).toBe("prompt.blink_or_turn");
    const onlyBlinks = processed({motion_required: 0});
    expect(shown(onlyBlinks, checking({liveness_rule: "any", required_motion: 0}))).toBe("prompt.blink");
  });

  test("before and between the moves of a challenge none is asked for", () => {
    expect(shown(processed({instruction: "motion_required"}), checking({challenge_steps: 3}))).toBe(
      "prompt.challenge.rest",
    );
  });

  test("a move is shown at once, whatever frames say, until its time is over", () => {
    const asked = play([[100, says(MOVE)]], checking({challenge_steps: 3}));
    expect(asked.prompt.key).toBe("prompt.challenge.turn_left");
    const meanwhile = play([[3_000, says(processed({instruction: "look_straight"}))]], asked);
    expect(meanwhile.prompt.key).toBe("prompt.challenge.turn_left");
    expect(play([[4_100, {type: "tick"}]], meanwhile)).toMatchObject({
      move: null,
      prompt: {key: "prompt.challenge.rest"},
    });
  });

  test.each([
    ["turn_left", {motion_events: 1}, true],
    ["turn_left", {blinks_detected: 1}, false],
    ["look_up", {motion_events: 1}, true],
    ["blink_twice", {blinks_detected: 1}, false],
    ["blink_twice", {blinks_detected: 2}, true],
    ["come_closer", {visual_data: boxed(119)}, false],
    ["come_closer", {visual_data: boxed(121)}, true],
  ] as const)("%s with %j: made is %s, and a made move is not asked for again", (action, seen, made) => {
    const known = play([says(processed({visual_data: boxed(100)}))], checking({challenge_steps: 3}));
    const asked = play([[0, says({...MOVE, action})]], known);
    const moving = play([[1_000, says(processed(seen))]], asked);
    // Who moves is let finish.
    expect(play([[1_600, {type: "tick"}]], moving).prompt.key).toBe(`prompt.challenge.${action}`);
    const after = play([[1_800, {type: "tick"}]], moving);
    expect(after.prompt.key).toBe(made ? "prompt.challenge.rest" : `prompt.challenge.${action}`);
  });

  test("after the last move the session asks as any other", () => {
    const last = play([[0, says({...MOVE, index: 2})]], checking({challenge_steps: 3}));
    const later = play([[4_000, {type: "tick"}]], last);
    const answers = [5_600, 6_000].map((nowMs) => [nowMs, says(processed())] as const);
    expect(play(answers, later).prompt.key).toBe("prompt.blink");
  });

  test("slowness is known since when", () => {
    const slow = says(processed({warnings: ["low_frame_rate"]}));
    const state = play(
      [
        [100, slow],
        [900, slow],
      ],
      checking(),
    );
    expect(state.slowSinceMs).toBe(100);
    expect(play([[1_000, says(processed())]], state).slowSinceMs).toBeNull();
  });
});
