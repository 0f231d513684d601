import type {
  Challenge,
  CompleteMessage,
  ConnectionEstablished,
  FrameProcessed,
  FrameRejected,
  ServerMessage,
  UnknownMessage,
} from "@frapi/client";
import type {FaceEvent} from "./events.js";
import {failureOfEnd, WAYS_OUT} from "./failures.js";
import type {FailureCode} from "./failures.js";
import {ask, isOver as isMoveOver, watch} from "./move.js";
import {promptOfAnswer, promptOfSituation} from "./prompt.js";
import {INITIAL} from "./state.js";
import type {FaceState} from "./state.js";
import {begin, steady} from "./steady.js";

/**
 * Attempts to connect before the person is asked. Whoever never got in waits some ten seconds; what was begun is worth
 * a server's restart, which takes up to a minute.
 */
export const MAX_ATTEMPTS = {first: 5, later: 12} as const;

/** Answers come more slowly than this and fast blinks are missed: the server's own word for it. */
const SLOW = "low_frame_rate";

/**
 * The component's next state. Pure: what the state calls for is done by whoever drives it, see `wantsOf`.
 *
 * @param nowMs by a clock that doesn't run backwards.
 */
export function reduce(state: FaceState, event: FaceEvent, nowMs: number): FaceState {
  const next = step(state, event, nowMs);
  if (next.phase !== "checking") return next;
  const situation = promptOfSituation(next, nowMs);
  if (situation) return {...next, prompt: steady(next.prompt, situation, nowMs)};
  return next;
}

function step(state: FaceState, event: FaceEvent, nowMs: number): FaceState {
  switch (event.type) {
    case "renew":
      return canCancel(state) ? state : {...fresh(state), phase: "renewing"};
    case "start":
      return state.phase === "idle" || state.phase === "cancelled" ? open(state) : state;
    case "retry":
      return retry(state);
    case "cancel":
      return canCancel(state) ? {...settle(state), phase: "cancelled", failure: null} : state;
    case "session":
      return event.begin ? open(fresh(state)) : fresh(state);
    case "no-session":
      return state.phase === "renewing" ? fail(state, "session_refused") : state;
    case "reset":
      return fresh(state);
    case "camera":
      return opened(state, event.camera, nowMs);
    case "failed":
      return isOver(state) ? state : fail(state, event.code);
    case "interrupted":
      return {...state, interrupted: event.interrupted, heardMs: nowMs};
    case "visible":
      return {...state, visible: event.visible, heardMs: nowMs};
    case "online":
      return {...state, online: event.online};
    case "connected":
      return connected(state, event.message, nowMs);
    case "message":
      return state.phase === "checking" ? received({...state, heardMs: nowMs}, event.message, nowMs) : state;
    case "reconnecting":
      return reconnecting(state, event.attempt);
    case "ended":
      return state.phase === "checking" ? fail(state, failureOfEnd(event.reason, event.error)) : state;
    case "tick":
      return ticked(state, nowMs);
  }
}

function isOver({phase}: FaceState): boolean {
  return phase === "done" || phase === "failed" || phase === "cancelled";
}

function canCancel({phase}: FaceState): boolean {
  return phase !== "idle" && phase !== "done" && phase !== "cancelled";
}

/** As before anything began; what the browser said of itself stays true. */
function fresh({online, visible}: FaceState): FaceState {
  return {...INITIAL, online, visible};
}

/** The camera is asked for. The session may have been begun before: what it counted comes with the connection. */
function open(state: FaceState): FaceState {
  return {...fresh(state), phase: "opening"};
}

function retry(state: FaceState): FaceState {
  if (state.phase === "cancelled") return open(state);
  if (state.phase !== "failed" || state.failure === null) return state;
  switch (WAYS_OUT[state.failure]) {
    case "again":
      return open(state);
    case "renew":
      return {...fresh(state), phase: "renewing"};
    case "none":
      return state;
  }
}

/** Drops what belongs to a check that goes on. */
function settle(state: FaceState): FaceState {
  return {...state, camera: null, interrupted: false, sight: null, slowSinceMs: null, move: null};
}

function fail(state: FaceState, failure: FailureCode): FaceState {
  return {...settle(state), phase: "failed", failure};
}

function opened(state: FaceState, camera: FaceState["camera"], nowMs: number): FaceState {
  // Another camera, chosen in the middle of a check, changes nothing else.
  if (state.phase === "checking") return {...state, camera, interrupted: false};
  if (state.phase !== "opening") return state;
  return {...state, phase: "checking", camera, link: "connecting", prompt: begin("prompt.connecting", nowMs)};
}

function connected(state: FaceState, message: ConnectionEstablished, nowMs: number): FaceState {
  if (state.phase !== "checking") return state;
  return {
    ...state,
    link: "open",
    heardMs: nowMs,
    sessionType: message.session_type,
    policy: message.policy,
    progress: {frames: message.frames_processed, blinks: message.blinks_detected, turns: message.motion_events},
    prompt: begin("prompt.ready", nowMs),
    move: null,
  };
}

function reconnecting(state: FaceState, attempt: number): FaceState {
  if (state.phase !== "checking") return state;
  const maxAttempts = state.policy ? MAX_ATTEMPTS.later : MAX_ATTEMPTS.first;
  if (attempt > maxAttempts) return fail(state, state.online ? "server_away" : "offline");
  return {...state, link: "waiting", sight: null, slowSinceMs: null, move: null};
}

function received(state: FaceState, message: ServerMessage | UnknownMessage, nowMs: number): FaceState {
  if (isAnswer(message)) return answered(state, message, nowMs);
  if (isComplete(message)) return completed(state, message);
  if (isChallenge(message)) return asked(state, message, nowMs);
  return state;
}

function answered(state: FaceState, answer: FrameProcessed | FrameRejected, nowMs: number): FaceState {
  const isProcessed = answer.type === "frame_processed";
  const sight = {
    box: isProcessed ? answer.visual_data.face_bbox : null,
    accepted: isProcessed && answer.accepted,
    qualityScore: isProcessed ? answer.quality_score : 0,
  };
  const progress = isProcessed
    ? {frames: answer.frames_processed, blinks: answer.blinks_detected, turns: answer.motion_events}
    : state.progress;
  const isSlow = isProcessed ? answer.warnings?.includes(SLOW) === true : state.slowSinceMs !== null;
  const obstacles = isProcessed ? state.obstacles : answer.obstacles;
  const move = state.move && watch(state.move, progress, sight.box, nowMs);
  const next = {...state, sight, progress, obstacles, move, slowSinceMs: isSlow ? (state.slowSinceMs ?? nowMs) : null};
  // While a move is asked for, or nothing is sent, frames ask for nothing.
  if (promptOfSituation(next, nowMs)) return next;
  return {...next, prompt: steady(state.prompt, promptOfAnswer(next, answer), nowMs)};
}

function completed(state: FaceState, outcome: CompleteMessage): FaceState {
  if (outcome.success) return {...settle(state), phase: "done", outcome};
  return {...fail(state, "not_recognized"), outcome};
}

function asked(state: FaceState, challenge: Challenge, nowMs: number): FaceState {
  const move = ask(challenge, state.progress, state.sight?.box ?? null, nowMs);
  return {...state, move, movesAsked: challenge.index + 1};
}

function ticked(state: FaceState, nowMs: number): FaceState {
  if (state.move === null || !isMoveOver(state.move, nowMs)) return state;
  return {...state, move: null, prompt: begin("prompt.challenge.rest", nowMs)};
}

function isAnswer(message: ServerMessage | UnknownMessage): message is FrameProcessed | FrameRejected {
  return message.type === "frame_processed" || message.type === "frame_rejected";
}

function isComplete(message: ServerMessage | UnknownMessage): message is CompleteMessage {
  return message.type === "enrollment_complete" || message.type === "authentication_complete";
}

function isChallenge(message: ServerMessage | UnknownMessage): message is Challenge {
  return message.type === "challenge";
}
