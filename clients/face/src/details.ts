import type {CompleteMessage} from "@frapi/client";
import {WAYS_OUT} from "./machine/failures.js";
import type {FailureCode} from "./machine/failures.js";
import {shareDone} from "./machine/ring.js";
import {targetFrames} from "./machine/state.js";
import type {FaceState} from "./machine/state.js";
import type {FrapiCompleteDetail, FrapiErrorDetail, FrapiFaceEventMap, FrapiProgressDetail} from "./public.js";
import type {Speaker} from "./texts/index.js";

/** An event of the component, before it is one of the document. */
export type Notice = {
  [Name in keyof FrapiFaceEventMap]: {readonly name: Name; readonly detail: FrapiFaceEventMap[Name]["detail"]};
}[keyof FrapiFaceEventMap];

/** What the page is told when the state moves. */
export function noticesOf(previous: FaceState, state: FaceState, speaker: Speaker): Notice[] {
  if (previous.phase !== state.phase) {
    const notice = noticeOfPhase(state, speaker);
    return notice ? [notice] : [];
  }
  const hasAnswer = state.phase === "checking" && state.sight !== null && state.sight !== previous.sight;
  return hasAnswer ? [{name: "frapi-progress", detail: progressDetail(state)}] : [];
}

function noticeOfPhase(state: FaceState, speaker: Speaker): Notice | null {
  switch (state.phase) {
    case "opening":
      return {name: "frapi-start", detail: undefined};
    case "cancelled":
      return {name: "frapi-cancel", detail: undefined};
    case "done":
    case "failed":
      if (state.outcome) return {name: "frapi-complete", detail: completeDetail(state, state.outcome)};
      return {name: "frapi-error", detail: errorDetail(state.failure ?? "server_error", speaker)};
    case "idle":
    case "checking":
    case "renewing":
      return null;
  }
}

function progressDetail(state: FaceState): FrapiProgressDetail {
  const {progress, policy, sight, prompt} = state;
  return {
    framesProcessed: progress.frames,
    framesTarget: policy ? targetFrames(policy) : 0,
    blinks: progress.blinks,
    turns: progress.turns,
    qualityScore: sight?.qualityScore ?? 0,
    share: shareDone(state),
    instruction: prompt.key.replace("prompt.", ""),
  };
}

function completeDetail({sessionType}: FaceState, outcome: CompleteMessage): FrapiCompleteDetail {
  const isEnrollment = outcome.type === "enrollment_complete";
  const userId = isEnrollment ? undefined : outcome.user_id;
  return {
    success: outcome.success,
    sessionType: sessionType ?? (isEnrollment ? "enrollment" : "verification"),
    ...(userId === undefined ? {} : {userId}),
    ...(outcome.encrypted_data ? {encryptedData: outcome.encrypted_data} : {}),
    raw: {...outcome},
  };
}

function errorDetail(code: FailureCode, speaker: Speaker): FrapiErrorDetail {
  return {
    code,
    retryable: WAYS_OUT[code] !== "none",
    message: `${speaker.say(`failure.${code}.title`)}. ${speaker.say(`failure.${code}.body`)}`,
  };
}
