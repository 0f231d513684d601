/**
 * What the server says on the WebSocket, as it stands on the wire. The server may add fields and types: those that this
 * version doesn't know are there at run time, and a message of an unknown type is an {@link UnknownMessage}.
 */

export type SessionType = "enrollment" | "verification" | "identification";

export type Obstacle = "glasses" | "mask" | "hat" | "hand_covering";

export type Instruction =
  | "blink_required"
  | "motion_required"
  | "obstacle_detected"
  | "look_straight"
  | "move_closer"
  | "move_back"
  | "center_face"
  | "more_light"
  | "less_light"
  | "hold_still"
  | "no_face"
  | "multiple_faces"
  | "none";

export type RejectReason =
  "no_face" | "multiple_faces" | "face_too_small" | "face_cut_off" | "low_quality" | "eyes_closed" | "identity_changed";

export type ChallengeAction = "turn_left" | "turn_right" | "look_up" | "look_down" | "blink_twice" | "come_closer";

export type ChallengeFailure = "wrong_action" | "too_early" | "too_late" | "face_lost" | "no_camera" | "interrupted";

export type SessionStatus = "pending" | "active" | "completed" | "failed" | "expired" | "cancelled";

/** Left, top, right, bottom in pixels of the upright picture. */
export type FaceBox = [left: number, top: number, right: number, bottom: number];

/** What a session asks for, and its limits. */
export interface SessionPolicy {
  /** Accepted frames that an enrolment needs. */
  target_samples?: number;
  /** Accepted frames that an authentication needs. */
  min_frames_required?: number;
  required_blinks: number;
  required_motion: number;
  /** `all`: blinks and motion; `any`: one of them; `none`: neither. */
  liveness_rule: "all" | "any" | "none";
  /** 0 to 1. */
  quality_threshold: number;
  /** An obstacle whose score is above its threshold rejects the frame. */
  obstacle_thresholds: Partial<Record<Obstacle, number>>;
  max_fps: number;
  max_frames: number;
  /** ISO 8601 in UTC. */
  expires_at: string;
  /** Moves that will be asked for, in a session with a challenge. */
  challenge_steps?: number;
  passive_pad_required?: boolean;
}

export interface ConnectionEstablished {
  type: "connection_established";
  session_type: SessionType;
  session_token: string;
  /** An earlier connection of this session has counted already. */
  resumed: boolean;
  policy: SessionPolicy;
  frames_processed: number;
  blinks_detected: number;
  motion_events: number;
  message: string;
}

/** The answer to a frame in which nothing covers the face, usable or not. */
export interface FrameProcessed {
  type: "frame_processed";
  /** One usable face was seen. */
  success: boolean;
  /** The frame counts towards the target. */
  accepted: boolean;
  /** Why it doesn't; absent when it does. */
  reason?: RejectReason;
  /** Accepted frames so far. */
  frames_processed: number;
  target_samples?: number;
  min_frames_required?: number;
  quality_score: number;
  quality_threshold: number;
  /** Components of the quality, named after ISO/IEC 29794-5. */
  quality: Record<string, number>;
  liveness_score: number;
  liveness_verified: boolean;
  blinks_detected: number;
  blinks_required: number;
  blinks_ok: boolean;
  motion_events: number;
  motion_required: number;
  motion_ok: boolean;
  no_obstacles: true;
  obstacles: [];
  obstacle_confidence?: Partial<Record<Obstacle, number>>;
  /** What to ask the person for. */
  instruction: Instruction;
  /** The same in English. */
  message: string;
  visual_data: {
    face_bbox: FaceBox | null;
    liveness_indicators: {
      /** How open the eyes are. */
      ear: number | null;
      blinks: number;
      motion_events: number;
      /** All frames that were looked at. */
      frame_counter: number;
    };
  };
  /** Frames looked at per second, lately. */
  effective_fps: number;
  warnings?: string[];
  /** Frames that gave way to newer ones since the last answer. */
  frames_dropped: number;
  seq?: number;
}

/** Something covers the face. */
export interface FrameRejected {
  type: "frame_rejected";
  reason: string;
  obstacles: Obstacle[];
  obstacle_confidence: Partial<Record<Obstacle, number>>;
  instruction: Instruction;
  message: string;
  effective_fps: number;
  frames_dropped: number;
  seq?: number;
}

/** The server asks for one move. There is nothing to answer: go on sending frames. */
export interface Challenge {
  type: "challenge";
  nonce: string;
  /** From 0 to `total` - 1. */
  index: number;
  total: number;
  /** Left and right are the person's own. */
  action: ChallengeAction;
  deadline_ms: number;
  message: string;
}

/** For the holder of the API key: see `decryptPayload`. */
export interface EncryptedData {
  encrypted_payload: string;
  algorithm: string;
  mac?: string;
}

export interface EnrollmentComplete {
  type: "enrollment_complete";
  success: boolean;
  enrollment_id: string;
  frames_processed: number;
  liveness_verified: boolean;
  blinks_detected: number;
  motion_verified: boolean;
  quality_score: number;
  encrypted_data: EncryptedData;
  message: string;
}

/** What comes beside `success` stands only there where somebody was recognised. */
export interface AuthenticationComplete {
  type: "authentication_complete";
  success: boolean;
  authenticated: boolean;
  user_id?: string;
  /** Probability that it is this user, at even odds beforehand. */
  confidence?: number;
  frames_processed: number;
  liveness_verified?: boolean;
  blinks_detected?: number;
  motion_verified?: boolean;
  encrypted_data?: EncryptedData;
  message: string;
}

export interface ErrorDetails {
  /** What was wrong. */
  field?: string;
  /** In which way. */
  reason?: string;
  /** Of a 429: send nothing for so long. */
  retry_after_ms?: number;
  /** Of a 410: how the session ended. */
  status?: SessionStatus;
  /** Of a challenge that failed. */
  index?: number;
  /** Of the frame, where it had one. */
  seq?: number;
  [key: string]: unknown;
}

/** The one shape of all errors, over REST too. */
export interface ErrorMessage {
  type: "error";
  error: string;
  code: number;
  details: ErrorDetails;
}

export interface Pong {
  type: "pong";
}

/** The last message of a session that came to a result. */
export type CompleteMessage = EnrollmentComplete | AuthenticationComplete;

/** Everything that the server says, told apart by `type`. */
export type ServerMessage =
  ConnectionEstablished | FrameProcessed | FrameRejected | Challenge | CompleteMessage | ErrorMessage | Pong;

/** A message of a newer server. */
export interface UnknownMessage {
  type: string;
  [key: string]: unknown;
}

const KNOWN_TYPES: ReadonlySet<string> = new Set<ServerMessage["type"]>([
  "connection_established",
  "frame_processed",
  "frame_rejected",
  "challenge",
  "enrollment_complete",
  "authentication_complete",
  "error",
  "pong",
]);

/**
 * Reads one text message of the server.
 *
 * @returns `null` when it is none: no JSON, or nothing with a `type`.
 */
export function parseMessage(text: string): ServerMessage | UnknownMessage | null {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof message !== "object" || message === null || !("type" in message) || typeof message.type !== "string") {
    return null;
  }
  return message as ServerMessage | UnknownMessage;
}

/** Whether this version knows the message's type. */
export function isKnown(message: ServerMessage | UnknownMessage): message is ServerMessage {
  return KNOWN_TYPES.has(message.type);
}

/** Whether it ends the session with a result. */
export function isComplete(message: ServerMessage): message is CompleteMessage {
  return message.type === "enrollment_complete" || message.type === "authentication_complete";
}
