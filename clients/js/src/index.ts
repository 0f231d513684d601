export type {Backoff} from "./backoff.js";
export type {Clock} from "./clock.js";
export type {WebSocketConstructor, WebSocketLike} from "./connection.js";
export type {EndReason} from "./ending.js";
export type {FrameInfo, Picture} from "./frame.js";
export * from "./messages.js";
export {
  FaceStream,
  type FaceStreamEvents,
  type FaceStreamOptions,
  type RetryPolicy,
  type Sent,
  type StreamState,
} from "./stream.js";
