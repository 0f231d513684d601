import {html, nothing} from "lit";
import type {TemplateResult} from "lit";
import {CAMERA_FAILURES, WAYS_OUT} from "../machine/failures.js";
import type {FailureCode} from "../machine/failures.js";
import type {TextKey} from "../texts/index.js";
import {icon, iconOfFailure} from "./icons.js";
import type {IconName} from "./icons.js";
import {picker} from "./picker.js";
import type {ViewOptions} from "./view.js";

const TIPS = [
  ["light", "intro.tip.light"],
  ["glasses", "intro.tip.bare"],
  ["person", "intro.tip.alone"],
] as const satisfies readonly (readonly [IconName, TextKey])[];

export function intro({speaker, actions}: ViewOptions): TemplateResult {
  const tips = TIPS.map(([name, key]) => html`<li>${icon(name)}<span>${speaker.say(key)}</span></li>`);
  return html`<div class="panel">
    ${badge(icon("face"))}
    <div class="text">
      <h2 tabindex="-1">${speaker.say("intro.title")}</h2>
      <p>${speaker.say("intro.body")}</p>
      <ul class="tips">
        ${tips}
      </ul>
    </div>
    <div class="actions">${mainButton(speaker.say("action.start"), actions.start)}</div>
  </div>`;
}

/** Something is awaited that can take a while: the person's answer to the browser, or a session. */
export function waiting({state, speaker, actions}: ViewOptions): TemplateResult {
  const name = state.phase === "opening" ? "opening" : "renewing";
  return html`<div class="panel">
    ${badge(name === "opening" ? icon("camera") : html`<span class="spinner"></span>`)}
    ${words(speaker.say(`${name}.title`), speaker.say(`${name}.body`))}
    <div class="actions">${plainButton(speaker.say("action.cancel"), actions.cancel)}</div>
  </div>`;
}

export function done({state, speaker}: ViewOptions): TemplateResult {
  const type = state.sessionType ?? "verification";
  return html`<div class="panel good" part="done">
    ${badge(icon("check"))} ${words(speaker.say(`done.${type}.title`), speaker.say(`done.${type}.body`))}
  </div>`;
}

export function cancelled({speaker, actions}: ViewOptions): TemplateResult {
  return html`<div class="panel quiet">
    ${badge(icon("cameraOff"))} ${words(speaker.say("cancelled.title"), speaker.say("cancelled.body"))}
    <div class="actions">${mainButton(speaker.say("action.retry"), actions.retry)}</div>
  </div>`;
}

export function failed(options: ViewOptions, code: FailureCode): TemplateResult {
  const {speaker, actions} = options;
  const wayOut = WAYS_OUT[code];
  const button = wayOut === "none" ? nothing : speaker.say(wayOut === "again" ? "action.retry" : "action.renew");
  return html`<div class="panel bad" part="failure">
    ${badge(icon(iconOfFailure(code)))}
    ${words(
      speaker.say(`failure.${code}.title`),
      speaker.say(`failure.${code}.body`),
      html`<p class="code">${speaker.say("failure.code", {code})}</p>`,
    )}
    <div class="actions">
      ${CAMERA_FAILURES.has(code) ? picker(options) : nothing}
      ${button === nothing ? nothing : mainButton(button, actions.retry)}
      ${plainButton(speaker.say("action.cancel"), actions.cancel)}
    </div>
  </div>`;
}

function badge(content: unknown): TemplateResult {
  return html`<div class="badge" part="badge">${content}</div>`;
}

function words(title: string, body: string, more: unknown = nothing): TemplateResult {
  return html`<div class="text">
    <h2 tabindex="-1" aria-describedby="body">${title}</h2>
    <p id="body">${body}</p>
    ${more}
  </div>`;
}

function mainButton(label: string, action: () => void): TemplateResult {
  return html`<button class="main" part="button main-button" @click=${action}>${label}</button>`;
}

function plainButton(label: string, action: () => void): TemplateResult {
  return html`<button class="plain" part="button" @click=${action}>${label}</button>`;
}
