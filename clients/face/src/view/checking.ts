import {html, nothing, svg} from "lit";
import type {TemplateResult} from "lit";
import {HINTS} from "../machine/prompt.js";
import {stepsOf} from "../machine/ring.js";
import type {Step} from "../machine/ring.js";
import type {ActiveMove, FaceState} from "../machine/state.js";
import type {Speaker} from "../texts/index.js";
import {icon} from "./icons.js";
import type {IconName} from "./icons.js";
import {picker} from "./picker.js";
import {stage} from "./stage.js";
import type {ViewOptions} from "./view.js";

const STEP_ICONS: Readonly<Record<Step["name"], IconName>> = {face: "face", blink: "eye", turn: "turn", moves: "moves"};

/** Frames come slowly for a moment whenever a connection begins. */
const SLOW_PATIENCE_MS = 3_000;

/** Who hasn't done what an instruction asks by then may not know how. */
const HINT_AFTER_MS = 7_000;

/** What the person sees while the camera is on. */
export function checking(options: ViewOptions): TemplateResult {
  const {state, speaker, video, actions} = options;
  return html`<div class="checking">
    <div class="prompt" part="instruction">
      <h2 tabindex="-1">${speaker.say(state.prompt.key)}</h2>
      <div class="under">${under(options)}</div>
    </div>
    ${stage(state, video, speaker)}
    <div class="wanted">${steps(state, speaker)} ${meter(state, speaker)}</div>
    <div class="foot">
      ${picker(options)}
      ${
        state.link === "waiting"
          ? html`<button class="main" part="button" @click=${actions.reconnect}>${speaker.say("action.now")}</button>`
          : nothing
      }
      <button class="plain" part="button" @click=${actions.cancel}>${speaker.say("action.cancel")}</button>
    </div>
  </div>`;
}

/** More about the instruction: one thing at a time here too. */
function under({state, speaker, nowMs}: ViewOptions): unknown {
  const {prompt, link, move, slowSinceMs} = state;
  if (move && link === "open") return countdown(move, speaker, nowMs);
  if (prompt.key === "prompt.obstacle.several") return namesOf(state.obstacles, speaker);
  if (slowSinceMs !== null && nowMs - slowSinceMs > SLOW_PATIENCE_MS) return speaker.say("warning.slow");
  const hint = HINTS[prompt.key];
  return hint && nowMs - prompt.sinceMs > HINT_AFTER_MS ? speaker.say(hint) : nothing;
}

function namesOf(obstacles: FaceState["obstacles"], speaker: Speaker): string {
  const keys = obstacles.map((name) => `obstacle.${name}` as const);
  // A newer server may know others.
  return keys.flatMap((key) => (speaker.has(key) ? [speaker.say(key)] : [])).join(" · ");
}

function countdown({index, total, startMs, deadlineMs}: ActiveMove, speaker: Speaker, nowMs: number): unknown {
  const leftMs = Math.max(0, deadlineMs - nowMs);
  const share = leftMs / (deadlineMs - startMs);
  return html`<span>${speaker.say("challenge.step", {number: index + 1, total})}</span>
    ${bar("time", "left", share, nothing)}
    <span>${speaker.say("challenge.seconds", {seconds: Math.ceil(leftMs / 1_000)})}</span>`;
}

function steps(state: FaceState, speaker: Speaker): TemplateResult | typeof nothing {
  const wanted = stepsOf(state);
  if (wanted.length === 0) return nothing;
  const items = wanted.map(
    ({name, done, total, met}) =>
      html`<li class=${met ? "met" : ""} part="step">
        ${icon(met ? "check" : STEP_ICONS[name])}<b>${speaker.say(`step.${name}`)}</b>
        <span>${met ? speaker.say("step.met") : speaker.say("step.count", {done, total})}</span>
      </li>`,
  );
  return html`<ul class="steps" aria-label=${speaker.say("steps.label")}>
    ${items}
  </ul>`;
}

function meter({sight, policy}: FaceState, speaker: Speaker): TemplateResult | typeof nothing {
  if (!policy) return nothing;
  const score = sight?.qualityScore ?? 0;
  const needed = policy.quality_threshold;
  const values = {percent: Math.round(score * 100), needed: Math.round(needed * 100)};
  return html`<div class="meter" part="quality">
    <span id="quality">${speaker.say("quality.label")}</span>
    <div
      role="meter"
      aria-labelledby="quality"
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${values.percent}
      aria-valuetext=${speaker.say("quality.value", values)}
    >
      ${bar("", `value ${score >= needed ? "enough" : ""}`, score, needed)}
    </div>
  </div>`;
}

/** A line on a line, `share` of its length; with a mark at `needed`. */
function bar(name: string, value: string, share: number, needed: number | typeof nothing): TemplateResult {
  const mark = needed === nothing ? nothing : svg`<rect class="needed" x=${needed * 100} width="1" height="8" />`;
  return html`<svg class=${name} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="all" y="2" width="100" height="4" />
    <rect class=${value} y="2" width=${100 * share} height="4" />
    ${mark}
  </svg>`;
}
