import type {FailureCode} from "../machine/failures.js";

/** What tells apart the refusals that browsers all call `NotAllowedError`. */
export interface Surroundings {
  /** What the browser knows about the permission; `unknown` where it doesn't say. */
  readonly permission: PermissionState | "unknown";
  /** The page, or the frame it is in, may ask for the camera at all. */
  readonly allowedByPolicy: boolean;
}

/** What it means that `getUserMedia` failed. */
export function failureOfCamera(error: unknown, surroundings: Surroundings): FailureCode {
  const {name, message} = error instanceof Error ? error : {name: "", message: ""};
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return failureOfRefusal(message, surroundings);
    case "NotFoundError":
    case "OverconstrainedError":
      return "camera_missing";
    case "NotReadableError":
    case "AbortError":
      return "camera_busy";
    default:
      return "unsupported";
  }
}

function failureOfRefusal(message: string, {permission, allowedByPolicy}: Surroundings): FailureCode {
  if (!allowedByPolicy) return "camera_blocked";
  // Chrome's words, the only sign there is.
  if (/by system/i.test(message)) return "camera_denied_by_system";
  // Closed rather than answered: the browser will ask again.
  if (/dismissed/i.test(message) || permission === "prompt") return "camera_dismissed";
  return "camera_denied";
}
