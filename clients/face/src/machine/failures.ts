import type {ChallengeFailure, EndReason, ErrorMessage} from "@frapi/client";

/** What gets the person out of a failure. */
export type WayOut =
  /** Try again with the same session: what was done so far is kept. */
  | "again"
  /** The session is over; a new one is needed. */
  | "renew"
  /** Nothing the person could press would help. */
  | "none";

export const WAYS_OUT = {
  camera_missing: "again",
  camera_denied: "again",
  camera_dismissed: "again",
  camera_denied_by_system: "again",
  camera_blocked: "none",
  camera_busy: "again",
  camera_lost: "again",
  camera_frozen: "again",
  insecure_origin: "none",
  unsupported: "none",
  bad_url: "none",
  offline: "again",
  server_away: "again",
  server_error: "again",
  protocol: "renew",
  session_expired: "renew",
  session_over: "renew",
  session_unknown: "renew",
  session_refused: "renew",
  taken_over: "renew",
  origin_refused: "none",
  client_revoked: "none",
  frames_used_up: "renew",
  enrollment_refused: "none",
  not_recognized: "renew",
  challenge_wrong_action: "renew",
  challenge_too_early: "renew",
  challenge_too_late: "renew",
  challenge_face_lost: "renew",
  challenge_interrupted: "renew",
  challenge_no_camera: "renew",
  /** For a reason that this version doesn't know. */
  challenge_failed: "renew",
} as const satisfies Record<string, WayOut>;

export type FailureCode = keyof typeof WAYS_OUT;

/** What another camera may mend. */
export const CAMERA_FAILURES: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "camera_busy",
  "camera_lost",
  "camera_frozen",
]);

const CHALLENGE_FAILURES: Readonly<Record<ChallengeFailure, FailureCode>> & Readonly<Record<string, FailureCode>> = {
  wrong_action: "challenge_wrong_action",
  too_early: "challenge_too_early",
  too_late: "challenge_too_late",
  face_lost: "challenge_face_lost",
  interrupted: "challenge_interrupted",
  no_camera: "challenge_no_camera",
};

const BY_END: Readonly<Record<Exclude<EndReason, "completed" | "closed" | "refused">, FailureCode>> = {
  unreachable: "server_away",
  expired: "session_expired",
  over: "session_over",
  not_found: "session_unknown",
  revoked: "client_revoked",
  taken_over: "taken_over",
  origin_refused: "origin_refused",
  frames_used_up: "frames_used_up",
  bad_messages: "protocol",
  too_big: "protocol",
  unknown: "server_error",
};

/**
 * Why a connection ended for good.
 *
 * @param error the server's last word, which says which move of a challenge failed.
 */
export function failureOfEnd(reason: EndReason, error: ErrorMessage | null): FailureCode {
  if (reason === "refused") {
    const move = error?.details.reason;
    return move === undefined ? "enrollment_refused" : (CHALLENGE_FAILURES[move] ?? "challenge_failed");
  }
  // A result that says success false is told apart before; nothing else ends as completed or closed by us.
  return reason === "completed" || reason === "closed" ? "server_error" : BY_END[reason];
}
