/** What goes over REST, as it stands on the wire. */

import type {SessionStatus, SessionType} from "./messages.js";

/** What a person sits before. */
export type DeviceType = "webcam" | "mobile" | "kiosk";

/** 4 KiB at most. */
export interface SessionMetadata {
  /** 0 to 5. */
  required_blinks?: number;
  /** 0 to 5 turns of the head. */
  required_motion?: number;
  /** Ask for moves drawn at random. */
  challenge?: boolean;
  /** For somebody who can't blink, or can't turn his head. */
  accommodation?: "motion_only" | "blink_only";
  /** Anything; given back with the result. */
  device_info?: unknown;
}

export interface EnrollmentRequest {
  /** Your own name for the user: 1 to 128 characters of `A-Z a-z 0-9 . _ @ : + -`. */
  user_id: string;
  session_type?: DeviceType;
  metadata?: SessionMetadata & {
    /** 1 to 10 accepted frames. */
    target_samples?: number;
  };
}

export interface AuthenticationRequest {
  /** Whom to verify; absent: identify. */
  user_id?: string | null;
  session_type?: DeviceType;
  /** `false` needs an API client that was granted it. */
  require_liveness?: boolean;
  metadata?: SessionMetadata & {
    /** 1 to 10 accepted frames. */
    min_frames_required?: number;
  };
}

interface Ticket {
  /** The authority to stream, and the name to ask for the result by. */
  session_token: string;
  status: SessionStatus;
  /** ISO 8601 in UTC. */
  expires_at: string;
  /** Where the frames go: all that a browser needs. */
  websocket_url: string;
  message: string;
}

export interface EnrollmentTicket extends Ticket {
  enrollment_id: string;
  target_samples: number;
}

export interface AuthenticationTicket extends Ticket {
  session_type: Exclude<SessionType, "enrollment">;
}

export type OutcomeReason =
  | "enrolled"
  | "recognized"
  | "not_recognized"
  | "locked"
  | "duplicate_face"
  | "challenge_failed"
  | "max_frames_exceeded"
  | "cancelled"
  | "expired";

export interface SessionOutcome {
  success: boolean;
  reason: OutcomeReason;
  authenticated?: boolean;
  user_id?: string | null;
  confidence?: number | null;
  quality_score?: number | null;
  /** Of an enrolment: who has the same face already. */
  duplicate_of?: string | null;
}

export interface SessionResult {
  id: string;
  session_type: SessionType;
  device_type: DeviceType;
  user_id: string | null;
  status: SessionStatus;
  target_frames: number;
  frames_processed: number;
  frames_seen: number;
  blinks_detected: number;
  motion_events: number;
  liveness_verified: boolean;
  liveness_score: number | null;
  live_face_score: number | null;
  injection_signals: Record<string, number>;
  challenge_passed: boolean | null;
  /** `null` while the session is open, and once its user was erased. */
  outcome: SessionOutcome | null;
  metadata: Record<string, unknown>;
  created_at: string;
  expires_at: string;
  completed_at: string | null;
}

export interface User {
  user_id: string;
  enrollment_id: string;
  enrolled_at: string;
  sample_count: number;
  quality_score: number;
  /** The embedding contract of the template. */
  model: string;
}

/** What an erasure removed. */
export interface ErasureReceipt {
  user_id: string;
  erased_at: string;
  templates: number;
  index_entries: number;
  sessions: number;
  sessions_cancelled: number;
  session_states: number;
  failure_records: number;
}
