// @ts-check
/**
 * Enrols, verifies or identifies whoever sits here. This page plays the relying party's page; what it shows as the
 * result comes from the server, which looked it up, whatever the component said.
 */

import {enhance} from "./enhance.js";
import {post, ServerError} from "./server.js";

/**
 * @typedef {{session_id: string, websocket_url: string, session_page: string, result_url: string, cancel_url: string}} Trial
 * @typedef {{success: boolean, encryptedData?: Record<string, unknown>}} Completed
 * @typedef {HTMLElement & {websocketUrl: string, getSession: (() => Promise<string>) | null, start(): void, cancel(): void}} FrapiFace
 */

const form = /** @type {HTMLFormElement} */ (document.getElementById("trial"));
const options = /** @type {HTMLDetailsElement} */ (document.getElementById("options"));
const camera = /** @type {HTMLElement} */ (document.getElementById("camera"));
const outcome = /** @type {HTMLElement} */ (document.getElementById("outcome"));
const said = /** @type {HTMLElement} */ (document.getElementById("said")); // to who can't see the outcome
const submit = /** @type {HTMLButtonElement} */ (form.querySelector('button[type="submit"]'));
const general = /** @type {HTMLElement} */ (document.getElementById("trial-problem"));

const ONE_COLUMN = matchMedia("(width < 62rem)"); // as in the style sheet: the camera is below the form

/** @type {FrapiFace | null} */
let face = null;
/** @type {Trial | null} */
let trial = null;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  forgetProblems();
  if (!isFilledIn()) return;
  submit.disabled = true;
  try {
    demandComponent();
    cancelOpenTrial();
    const url = await newTrial();
    face ??= placeFace();
    face.websocketUrl = url;
    face.start();
    if (ONE_COLUMN.matches) camera.scrollIntoView();
  } catch (error) {
    showProblem(error);
  } finally {
    submit.disabled = false;
  }
});

async function newTrial() {
  const response = await post(form.action, asked());
  trial = /** @type {Trial} */ (await response.json());
  outcome.replaceChildren();
  return trial.websocket_url;
}

/** The component, once the first session is there. */
function placeFace() {
  const element = /** @type {FrapiFace} */ (document.createElement("frapi-face"));
  element.lang = "en";
  element.getSession = async () => {
    try {
      return await newTrial();
    } catch (error) {
      showProblem(error);
      throw error;
    }
  };
  element.addEventListener("frapi-complete", (event) => {
    const {encryptedData} = /** @type {CustomEvent<Completed>} */ (event).detail;
    void showOutcome(encryptedData ?? {});
  });
  element.addEventListener("frapi-error", () => void showOutcome({}));
  element.addEventListener("frapi-cancel", cancelOpenTrial);
  camera.className = ""; // the component draws a frame of its own
  camera.replaceChildren(element);
  return element;
}

/** @param {Record<string, unknown>} encrypted what the person before the camera got, for the server to decrypt */
async function showOutcome(encrypted) {
  const asking = trial;
  if (!asking) return;
  try {
    const response = await post(asking.result_url, encrypted);
    const html = await response.text();
    if (asking !== trial) return; // another try has begun meanwhile
    outcome.innerHTML = html; // rendered by our own server, which escaped all that isn't its own
    enhance(outcome);
    said.textContent = `The server says: ${outcome.querySelector(".verdict")?.textContent?.trim() ?? ""}`;
    if (!outcome.querySelector(".verdict.open")) trial = null; // it has ended: there is nothing left to cancel
  } catch (error) {
    showProblem(error);
  }
}

/** Nobody goes on with a session that was given up: it shouldn't stand open until its time runs out. */
function cancelOpenTrial() {
  if (trial) post(trial.cancel_url, {}).catch(() => {}); // its time runs out all the same
  trial = null;
}

/** The form as the REST API wants it. */
function asked() {
  /** @type {Record<string, unknown>} */
  const metadata = {device_info: {page: "console", browser: navigator.userAgent}};
  /** @type {Record<string, unknown>} */
  const body = {metadata};
  for (const control of controls()) {
    const [head, name] = control.name.split(".");
    const value = valueOf(control);
    if (value === undefined || !head) continue;
    if (head === "without_liveness") body.require_liveness = false;
    else if (name) metadata[name] = value;
    else body[head] = value;
  }
  return body;
}

/** @param {HTMLInputElement | HTMLSelectElement} control */
function valueOf(control) {
  if (control.type === "checkbox") return /** @type {HTMLInputElement} */ (control).checked || undefined;
  if (control.value === "") return undefined;
  return control.type === "number" ? Number(control.value) : control.value.trim();
}

function controls() {
  return /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ (
    [...form.elements].filter((each) => each instanceof HTMLInputElement || each instanceof HTMLSelectElement)
  );
}

function isFilledIn() {
  if (controls().some((each) => !each.validity.valid && options.contains(each))) options.open = true;
  return form.reportValidity();
}

function demandComponent() {
  if (customElements.get("frapi-face")) return;
  throw new ServerError("The camera component could not be loaded from this server. Load the page again.", 0, {});
}

function forgetProblems() {
  for (const each of form.querySelectorAll(".problem")) each.textContent = "";
  for (const each of controls()) each.removeAttribute("aria-invalid");
}

/** @param {unknown} error */
function showProblem(error) {
  if (!(error instanceof ServerError)) throw error;
  const field = String(error.details.field ?? "");
  const text = error.message.startsWith(`${field}: `) ? error.message.slice(field.length + 2) : error.message;
  const place = field && form.querySelector(`[data-problem="${CSS.escape(field)}"]`);
  (place || general).textContent = place ? text : error.message + waitOf(error);
  if (!place) return;
  if (options.contains(place)) options.open = true;
  const control = controls().find((each) => each.name === field);
  control?.setAttribute("aria-invalid", "true");
  control?.focus();
}

/** @param {ServerError} error */
function waitOf(error) {
  const waitMs = Number(error.details.retry_after_ms ?? 0);
  return waitMs ? `. Try again in ${Math.ceil(waitMs / 1000)} seconds.` : "";
}
