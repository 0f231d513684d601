export type {Backoff} from "./backoff.js";
export {FrapiClient, type Credentials, type FrapiClientOptions} from "./client.js";
export type {Clock} from "./clock.js";
export type {WebSocketConstructor, WebSocketLike} from "./connection.js";
export type {EndReason} from "./ending.js";
export * from "./errors.js";
export type {FrameInfo, Picture} from "./frame.js";
export * from "./messages.js";
export {decryptPayload, type ResultPayload} from "./payload.js";
export type * from "./resources.js";
export type {RestRetry} from "./rest.js";
export {runSession, type RunOptions} from "./session.js";
export {
  FaceStream,
  type FaceStreamEvents,
  type FaceStreamOptions,
  type RetryPolicy,
  type Sent,
  type StreamState,
} from "./stream.js";
