import {PayloadError} from "./errors.js";
import type {EncryptedData, SessionType} from "./messages.js";

/** What the server seals for the holder of the API key. */
export interface ResultPayload {
  /** Of the session; the `enrollment_id` of an enrolment. */
  id: string;
  timestamp: string;
  client_id: string;
  user_id: string;
  session_type: SessionType;
  session_token: string;
  outcome: "enrolled" | "recognized";
  /** Of authentications. */
  confidence?: number;
  frames_processed: number;
  quality_score: number;
  liveness: {
    verified: boolean;
    score: number;
    blinks: number;
    motion_events: number;
    live_face_score: number | null;
    injection_signals: Record<string, number>;
    challenge_passed: boolean | null;
  };
  model: string;
  nonce: string;
  /** Of an enrolment: whose face it is already. */
  duplicate_of?: string | null;
  [key: string]: unknown;
}

const ALGORITHM = "AES-256-CBC";
const IV_BYTES = 16;
const MAC_INFO = "frapi payload mac v1";

/**
 * Checks and opens the `encrypted_data` of a result. CBC alone doesn't show tampering, so what doesn't carry the
 * server's `mac` is not opened. For backends: a browser has no business with an API key.
 *
 * @throws PayloadError it was made with another key, was changed on its way, or isn't of this form.
 */
export async function decryptPayload(encrypted: EncryptedData, apiKey: string): Promise<ResultPayload> {
  if (encrypted.algorithm !== ALGORITHM) throw new PayloadError("The payload's algorithm is unknown");
  if (encrypted.mac === undefined) throw new PayloadError("The payload has no mac");
  const sealed = fromBase64(encrypted.encrypted_payload);
  const secret = new TextEncoder().encode(apiKey);
  const {subtle} = globalThis.crypto;
  // `verify` compares in constant time.
  if (!(await subtle.verify("HMAC", await macKey(secret), fromBase64(encrypted.mac), sealed))) {
    throw new PayloadError("The payload's mac is wrong: another API key, or it was changed on its way");
  }
  const key = await subtle.importKey("raw", await subtle.digest("SHA-256", secret), "AES-CBC", false, ["decrypt"]);
  try {
    const iv = sealed.subarray(0, IV_BYTES);
    const opened = await subtle.decrypt({name: "AES-CBC", iv}, key, sealed.subarray(IV_BYTES));
    return JSON.parse(new TextDecoder("utf-8", {fatal: true}).decode(opened)) as ResultPayload;
  } catch (cause) {
    throw new PayloadError("The payload does not decrypt", {cause});
  }
}

async function macKey(secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const {subtle} = globalThis.crypto;
  const source = await subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  return subtle.deriveKey(
    {name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode(MAC_INFO)},
    source,
    {name: "HMAC", hash: "SHA-256", length: 256},
    false,
    ["verify"],
  );
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new PayloadError("The payload is not base64", {cause});
  }
}
