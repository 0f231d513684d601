import type {ConnectionEstablished, EndReason, ErrorMessage, ServerMessage, UnknownMessage} from "@frapi/client";
import type {FailureCode} from "./failures.js";
import type {Camera} from "./state.js";

/** Everything that happens to the component. */
export type FaceEvent =
  // The person, or the page that the component is in
  | {readonly type: "start"}
  | {readonly type: "cancel"}
  | {readonly type: "retry"}
  /** As `start`, where a session must be had first. */
  | {readonly type: "renew"}
  /** There is a session that was not tried yet; `begin`: go on at once, for the person pressed a button already. */
  | {readonly type: "session"; readonly begin: boolean}
  | {readonly type: "no-session"}
  | {readonly type: "reset"}
  // The device
  | {readonly type: "camera"; readonly camera: Camera}
  | {readonly type: "failed"; readonly code: FailureCode}
  | {readonly type: "interrupted"; readonly interrupted: boolean}
  | {readonly type: "visible"; readonly visible: boolean}
  | {readonly type: "online"; readonly online: boolean}
  // The server
  | {readonly type: "connected"; readonly message: ConnectionEstablished}
  | {readonly type: "message"; readonly message: ServerMessage | UnknownMessage}
  | {readonly type: "reconnecting"; readonly attempt: number}
  | {readonly type: "ended"; readonly reason: EndReason; readonly error: ErrorMessage | null}
  // Time
  | {readonly type: "tick"};
