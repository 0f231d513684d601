// @ts-check
/** Asking this console's own backend. */

/** The server refused, in its one error shape; or it couldn't be reached, with code 0. */
export class ServerError extends Error {
  /**
   * @param {string} message
   * @param {number} code
   * @param {Record<string, unknown>} details
   */
  constructor(message, code, details) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/**
 * POST JSON as who is signed in.
 *
 * @param {string} url
 * @param {unknown} body
 * @returns {Promise<Response>}
 */
export function post(url, body) {
  const token = /** @type {HTMLMetaElement} */ (document.querySelector('meta[name="csrf-token"]')).content;
  return ask(url, {
    method: "POST",
    headers: {"Content-Type": "application/json", "X-CSRFToken": token, "X-Console": "script"},
    body: JSON.stringify(body),
  });
}

/**
 * Look whether a part of the page has changed. Counts for no activity of anybody's.
 *
 * @param {string} url
 * @param {string | null} etag of what is shown
 * @returns {Promise<Response>}
 */
export function refresh(url, etag) {
  return ask(url, {headers: {"X-Console": "refresh", ...(etag && {"If-None-Match": etag})}, cache: "no-store"});
}

/**
 * @param {string} url
 * @param {RequestInit} request
 */
async function ask(url, request) {
  const response = await fetch(url, {credentials: "same-origin", ...request}).catch(() => {
    throw new ServerError("The server can't be reached.", 0, {});
  });
  if (response.ok || response.status === 304) return response;
  const said = await response.json().catch(() => ({}));
  if (response.status === 401 && said.details?.sign_in) leave(said.details);
  throw new ServerError(said.error ?? "The server failed.", response.status, said.details ?? {});
}

/** @param {{sign_in: string, reason: string}} details */
function leave({sign_in: signIn, reason}) {
  const back = location.pathname + location.search;
  location.assign(`${signIn}?${new URLSearchParams({reason, next: back})}`);
}
