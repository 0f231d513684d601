import type {ErrorMessage} from "./messages.js";

/** Why a stream is over for good. */
export type EndReason =
  /** The result came; see the `complete` event. */
  | "completed"
  /** `close()` was called. */
  | "closed"
  /** The server can't be reached, and hasn't been for long. */
  | "unreachable"
  /** The session's time ran out. */
  | "expired"
  /** The session ended in another way: it was completed or cancelled before. */
  | "over"
  /** No such session. */
  | "not_found"
  /** The API client was revoked. */
  | "revoked"
  /** A newer connection of this session exists. */
  | "taken_over"
  /** This page's origin is not on the API client's list. */
  | "origin_refused"
  /** The session's frames are used up. */
  | "frames_used_up"
  /** A move of the challenge wasn't made as asked, or the face may not be enrolled. */
  | "refused"
  /** Too many messages in a row that the server could not use. */
  | "bad_messages"
  /** A frame was over the server's limit. */
  | "too_big"
  /** The server closed without saying why. */
  | "unknown";

const NORMAL = 1000;
const NO_SUCH_SESSION = 4404;

const REASONS: Readonly<Record<number, EndReason>> = {
  1008: "bad_messages",
  1009: "too_big",
  4401: "origin_refused",
  4409: "taken_over",
  4429: "frames_used_up",
};

/** Closes after which the session lives on: the server restarts, a proxy gave up, the network failed, nothing was sent. */
const RESUMABLE_CODES: ReadonlySet<number> = new Set([1001, 1005, 1006, 1011, 1012, 1013, 1014, 4408]);

/** Whether to connect again after this close code. */
export function isResumable(code: number): boolean {
  return RESUMABLE_CODES.has(code);
}

/**
 * What a close means.
 *
 * @param error the last error that the server sent, which says more than the code.
 */
export function endReason(code: number, error: ErrorMessage | null): EndReason {
  if (code === NORMAL) return error?.code === 422 ? "refused" : "unknown";
  if (code !== NO_SUCH_SESSION) return REASONS[code] ?? "unknown";
  if (error?.code === 401) return "revoked";
  if (error?.code === 410) return error.details.status === "expired" ? "expired" : "over";
  return "not_found";
}
