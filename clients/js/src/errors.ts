import type {EndReason} from "./ending.js";
import type {ErrorDetails} from "./messages.js";

/**
 * Everything that this package throws.
 *
 * ```
 * FrapiError
 * ├── ServerUnreachable   nothing answers at the address, or not in time
 * ├── ApiError            the server refused a request
 * │   ├── Unauthorized    it doesn't know these credentials
 * │   ├── NotFound        no such user or session of this API client
 * │   └── RateLimited     too many attempts; `retryAfterMs` says how long to wait
 * ├── StreamEnded         the stream was over before there was a result
 * └── PayloadError        an encrypted payload that isn't what the server sealed
 * ```
 *
 * Texts are made for people; none holds a key, a secret, a token or a picture.
 */
export class FrapiError extends Error {
  override name = "FrapiError";
}

export class ServerUnreachable extends FrapiError {
  override name = "ServerUnreachable";
}

/** The server's one error shape. */
export class ApiError extends FrapiError {
  override name = "ApiError";
  /** As in the error's body; the HTTP status where there was no such body. */
  readonly code: number;
  /** What the server says about it, such as the `field` at fault. */
  readonly details: ErrorDetails;

  constructor(text: string, code: number, details: ErrorDetails) {
    super(`${text} [${code}]`);
    this.code = code;
    this.details = details;
  }
}

export class Unauthorized extends ApiError {
  override name = "Unauthorized";
}

export class NotFound extends ApiError {
  override name = "NotFound";
}

export class RateLimited extends ApiError {
  override name = "RateLimited";

  get retryAfterMs(): number {
    return this.details.retry_after_ms ?? 0;
  }
}

export class StreamEnded extends FrapiError {
  override name = "StreamEnded";
  readonly reason: EndReason | "out_of_frames";
  /** The WebSocket's close code. */
  readonly code: number;

  constructor(reason: EndReason | "out_of_frames", code: number) {
    super(`The stream ended without a result: ${reason} [${code}]`);
    this.reason = reason;
    this.code = code;
  }
}

export class PayloadError extends FrapiError {
  override name = "PayloadError";
}
