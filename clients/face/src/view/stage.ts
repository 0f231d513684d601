import {html, nothing, svg} from "lit";
import type {SVGTemplateResult, TemplateResult} from "lit";
import {shareDone} from "../machine/ring.js";
import {pauseOf} from "../machine/state.js";
import type {FaceState, PromptKey} from "../machine/state.js";
import {sentSize} from "../capture/size.js";
import type {Size} from "../capture/size.js";
import type {Speaker} from "../texts/index.js";
import {icon} from "./icons.js";

/** Where the face belongs, on a grid of 120×160 that lies in the middle of the stage. */
const OVAL = {cx: 60, cy: 80, rx: 46, ry: 60} as const;
/** The ring runs around the oval. */
const RING_GAP = 1;
const SHADE = `M-900-900h1920v1920h-1920zM${OVAL.cx - OVAL.rx} ${OVAL.cy}a${OVAL.rx} ${OVAL.ry} 0 1 0 ${2 * OVAL.rx} 0a${OVAL.rx} ${OVAL.ry} 0 1 0 ${-2 * OVAL.rx} 0z`;

const BOX_RADIUS_PX = 18;
/** How far the box's corners reach along its edges, of the shorter one. */
const CORNER_ARM = 0.06;

const ARROWS = {
  left: "M66 70L56 80l10 10",
  right: "M54 70l10 10-10 10",
  up: "M50 86l10-10 10 10",
  down: "M50 74l10 10 10-10",
} as const;

/** The camera's picture, and what is drawn over it. */
export function stage(state: FaceState, video: HTMLVideoElement, speaker: Speaker): TemplateResult {
  const mirrored = state.camera?.mirrored ?? true;
  return html`<div class="stage" part="stage">
    <div class="picture ${mirrored ? "mirrored" : ""}">${video}${box(state, video)}</div>
    ${guide(state, mirrored, speaker)} ${over(state)}
  </div>`;
}

/** An instruction that asks for a correction, and not for what the session wants. */
export function isCorrection(key: PromptKey): boolean {
  return !/^prompt\.(connecting|ready|blink|turn|blink_or_turn|almost|hidden|challenge)/.test(key);
}

/** In pixels of the picture that was sent, laid over the picture that is shown as `object-fit: cover` lays it. */
function box({sight}: FaceState, video: HTMLVideoElement): SVGTemplateResult {
  const {width, height} = sentSize({width: video.videoWidth || 4, height: video.videoHeight || 3});
  const [left, top, right, bottom] = sight?.box ?? [width * 0.3, height * 0.2, width * 0.7, height * 0.8];
  const size = {width: Math.max(1, right - left), height: Math.max(1, bottom - top)};
  return svg`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
    <rect class="box ${sight?.box ? "" : "gone"}" part="face-box" x=${left} y=${top}
      width=${size.width} height=${size.height} rx=${BOX_RADIUS_PX} stroke-dasharray=${corners(size).join(" ")} />
  </svg>`;
}

/** Dashes that leave a rounded rectangle its corners only; its outline begins where the upper edge does. */
function corners({width, height}: Size): number[] {
  const arm = Math.min(width, height) * CORNER_ARM;
  const arc = (Math.PI / 2) * BOX_RADIUS_PX;
  const corner = 2 * arm + arc;
  const across = Math.max(0, width - 2 * (BOX_RADIUS_PX + arm));
  const down = Math.max(0, height - 2 * (BOX_RADIUS_PX + arm));
  return [arm, across, corner, down, corner, across, corner, down, arm + arc, 0];
}

function guide(state: FaceState, mirrored: boolean, speaker: Speaker): TemplateResult {
  const share = shareDone(state);
  const {cx, cy, rx, ry} = OVAL;
  // A quarter turn lets the ring begin at the top; width and height change places with it.
  const around = svg`<ellipse class="ring ${share === 0 ? "none" : ""}" part="ring" cx=${cx} cy=${cy} rx=${ry + RING_GAP}
    ry=${rx + RING_GAP} transform="rotate(-90 ${cx} ${cy})" pathLength="100" stroke-dashoffset=${100 * (1 - share)} />`;
  return html`<svg
    class="guide ${isCorrection(state.prompt.key) ? "adjust" : ""}"
    part="guide"
    viewBox="0 0 120 160"
    role="progressbar"
    aria-label=${speaker.say("progress.label")}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${Math.round(share * 100)}
  >
    <path class="shade" fill-rule="evenodd" d=${SHADE} />
    <ellipse class="casing" cx=${cx} cy=${cy} rx=${rx + RING_GAP} ry=${ry + RING_GAP} />
    <ellipse class="track" cx=${cx} cy=${cy} rx=${rx + RING_GAP} ry=${ry + RING_GAP} />
    ${around} ${arrow(state, mirrored)}
  </svg>`;
}

/** Which way to move. Left is the person's own: in a mirror it is on the left, in a picture on the right. */
function arrow({move}: FaceState, mirrored: boolean): SVGTemplateResult | typeof nothing {
  const sides = mirrored ? (["left", "right"] as const) : (["right", "left"] as const);
  switch (move?.action) {
    case "turn_left":
      return arrowTo(sides[0]);
    case "turn_right":
      return arrowTo(sides[1]);
    case "look_up":
      return arrowTo("up");
    case "look_down":
      return arrowTo("down");
    default:
      return nothing;
  }
}

function arrowTo(side: keyof typeof ARROWS): SVGTemplateResult {
  const [dx, dy] = {left: [-55, 0], right: [55, 0], up: [0, -70], down: [0, 70]}[side] as [number, number];
  return svg`<g transform="translate(${dx} ${dy})"><path class="arrow ${side}" d=${ARROWS[side]} /></g>`;
}

function over(state: FaceState): TemplateResult | typeof nothing {
  if (pauseOf(state)) return html`<div class="over">${icon("pause")}</div>`;
  return state.link === "open" ? nothing : html`<div class="over"><span class="spinner"></span></div>`;
}
