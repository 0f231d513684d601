import type {ConnectionEstablished, FrameProcessed, FrameRejected, Obstacle, SessionPolicy} from "@frapi/client";

/** What a session asks for, unless a test says otherwise: three frames, a blink and a turn. */
export const POLICY: SessionPolicy = {
  target_samples: 3,
  required_blinks: 1,
  required_motion: 1,
  liveness_rule: "all",
  quality_threshold: 0.65,
  obstacle_thresholds: {glasses: 0.5},
  max_fps: 15,
  max_frames: 600,
  expires_at: "2030-01-01T00:00:00Z",
};

export function established(policy: Partial<SessionPolicy> = {}, more: Partial<ConnectionEstablished> = {}) {
  return {
    type: "connection_established",
    session_type: "enrollment",
    session_token: "sess_test",
    resumed: false,
    policy: {...POLICY, ...policy},
    frames_processed: 0,
    blinks_detected: 0,
    motion_events: 0,
    message: "",
    ...more,
  } satisfies ConnectionEstablished;
}

export function processed(more: Partial<FrameProcessed> = {}): FrameProcessed {
  return {
    type: "frame_processed",
    success: true,
    accepted: true,
    frames_processed: 1,
    target_samples: 3,
    quality_score: 0.8,
    quality_threshold: 0.65,
    quality: {},
    liveness_score: 0.5,
    liveness_verified: false,
    blinks_detected: 0,
    blinks_required: 1,
    blinks_ok: false,
    motion_events: 0,
    motion_required: 1,
    motion_ok: false,
    no_obstacles: true,
    obstacles: [],
    instruction: "blink_required",
    message: "",
    visual_data: {
      face_bbox: [1, 2, 3, 4],
      liveness_indicators: {ear: 0.3, blinks: 0, motion_events: 0, frame_counter: 1},
    },
    effective_fps: 10,
    frames_dropped: 0,
    ...more,
  };
}

export function rejected(...obstacles: Obstacle[]): FrameRejected {
  return {
    type: "frame_rejected",
    reason: "",
    obstacles,
    obstacle_confidence: {},
    instruction: "obstacle_detected",
    message: "",
    effective_fps: 10,
    frames_dropped: 0,
  };
}
