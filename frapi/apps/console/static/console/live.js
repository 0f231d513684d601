// @ts-check
/**
 * Keeps a part of a page as it is on the server. What didn't change isn't touched, so nothing flickers and neither
 * focus nor selection is lost. Rests while nobody looks, and when the reader says so.
 */

import {showLocalTimes} from "./enhance.js";
import {refresh} from "./server.js";

const MAX_PAUSE_MS = 15_000; // between attempts to reach a server that is away
const REST_SHARE = 4; // so many times as long as an answer took, the server is left alone

const part = /** @type {HTMLElement} */ (document.querySelector("[data-live]"));
const button = /** @type {HTMLButtonElement} */ (document.querySelector("[data-live-switch]"));
const everyMs = Number(part.dataset.liveEvery);

let isWanted = true;
let isOver = false;
let pauseMs = everyMs;
/** @type {string | null} */
let etag = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

button.hidden = false;
button.addEventListener("click", () => {
  isWanted = !isWanted;
  button.setAttribute("aria-pressed", String(isWanted));
  schedule(0);
});
document.addEventListener("visibilitychange", () => schedule(0));
schedule(everyMs);

/** @param {number} afterMs */
function schedule(afterMs) {
  clearTimeout(timer);
  if (isWanted && !isOver && !document.hidden) timer = setTimeout(look, afterMs);
}

async function look() {
  const askedMs = performance.now();
  try {
    const response = await refresh(part.dataset.live ?? "", etag);
    if (response.status !== 304) {
      etag = response.headers.get("ETag");
      show(await response.text());
    }
    pauseMs = Math.max(everyMs, REST_SHARE * (performance.now() - askedMs));
    button.textContent = "Live";
  } catch {
    pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
    button.textContent = "Reconnecting";
  }
  schedule(pauseMs);
}

/** @param {string} html rendered by our own server, which escaped all that isn't its own */
function show(html) {
  const next = document.createElement("template");
  next.innerHTML = html;
  showLocalTimes(next.content);
  patchChildren(part, next.content);
  if (part.querySelector("[data-live-end]")) {
    isOver = true;
    for (const each of document.querySelectorAll("[data-while-open]")) each.remove();
  }
}

/**
 * @param {ParentNode & Node} current
 * @param {ParentNode & Node} next
 */
function patchChildren(current, next) {
  const keyed = new Map([...current.children].map((child) => [keyOf(child), child]));
  let place = current.firstChild;
  for (const wanted of [...next.childNodes]) {
    const known = keyOf(wanted) ? keyed.get(keyOf(wanted)) : undefined;
    const candidate = known ?? (place && !keyOf(place) ? place : null);
    if (candidate && candidate.nodeName === wanted.nodeName) {
      if (candidate !== place) current.insertBefore(candidate, place);
      else place = place.nextSibling;
      patch(candidate, wanted);
    } else {
      if (keyOf(wanted)) /** @type {Element} */ (wanted).classList.add("is-new");
      current.insertBefore(wanted, place);
    }
  }
  while (place) {
    const rest = place;
    place = place.nextSibling;
    rest.remove();
  }
}

/**
 * @param {ChildNode} current
 * @param {ChildNode} next
 */
function patch(current, next) {
  if (current.isEqualNode(next)) return;
  if (!(current instanceof Element) || !(next instanceof Element)) {
    current.nodeValue = next.nodeValue;
    return;
  }
  for (const {name} of [...current.attributes]) if (!next.hasAttribute(name)) current.removeAttribute(name);
  for (const {name, value} of next.attributes) current.setAttribute(name, value);
  patchChildren(current, next);
}

/** @param {Node} node */
function keyOf(node) {
  return node instanceof HTMLElement ? node.dataset.key : undefined;
}
