import {svg} from "lit";
import type {SVGTemplateResult} from "lit";
import type {FailureCode} from "../machine/failures.js";

/** Line drawings on a grid of 24. */
const DRAWINGS = {
  alert: svg`<path d="M12 8v5M12 16.5v.01"/><circle cx="12" cy="12" r="9"/>`,
  camera: svg`<path d="M4 8.5h3l1.5-2.5h7L17 8.5h3v10H4z"/><circle cx="12" cy="13" r="3.2"/>`,
  cameraOff: svg`<path d="M4 8.5h3l.6-1M9.5 6h6L17 8.5h3v9M16.5 18.5H4v-10M10 10.6a3.2 3.2 0 1 0 4.6 4.4M3.5 3.5l17 17"/>`,
  check: svg`<path d="M5 12.5l4.7 4.7L19 7.5"/>`,
  clock: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.3 2"/>`,
  eye: svg`<path d="M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.7"/>`,
  face: svg`<ellipse cx="12" cy="12" rx="7.5" ry="9.3"/><path d="M9.3 10.2v.7M14.7 10.2v.7M9.3 15.2c1.6 1.3 3.8 1.3 5.4 0"/>`,
  glasses: svg`<circle cx="7" cy="13" r="3.5"/><circle cx="17" cy="13" r="3.5"/><path d="M10.5 12.5c1-.8 2-.8 3 0M3.5 12.5L5.5 6.5M20.5 12.5l-2-6"/>`,
  light: svg`<circle cx="12" cy="12" r="3.8"/><path d="M12 3.2v1.8M12 19v1.8M3.2 12H5M19 12h1.8M5.8 5.8l1.2 1.2M17 17l1.2 1.2M18.2 5.8L17 7M7 17l-1.2 1.2"/>`,
  lock: svg`<rect x="5.5" y="10.5" width="13" height="9.5" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>`,
  network: svg`<path d="M4.5 9.8a11 11 0 0 1 4-2.3M12.5 6.7a11 11 0 0 1 7 3.1M7.3 13.2a7 7 0 0 1 3.2-1.8M15.2 12.2c.5.3 1 .6 1.5 1M12 17.5v.01M3.5 3.5l17 17"/>`,
  turn: svg`<ellipse cx="12" cy="9.5" rx="4.6" ry="5.7"/><path d="M4.5 14.5c.6 2.9 3.7 4.5 7.5 4.5s6.9-1.6 7.5-4.5M4.5 14.5l-1.7 2M4.5 14.5l2.2 1.3M19.5 14.5l1.7 2M19.5 14.5l-2.2 1.3"/>`,
  moves: svg`<path d="M12 3.5v17M3.5 12h17M9.5 6L12 3.5 14.5 6M9.5 18l2.5 2.5 2.5-2.5M6 9.5L3.5 12 6 14.5M18 9.5l2.5 2.5-2.5 2.5"/>`,
  person: svg`<circle cx="12" cy="8.5" r="4"/><path d="M4.5 20c.7-4 3.7-6 7.5-6s6.8 2 7.5 6"/>`,
  pause: svg`<path d="M9 7v10M15 7v10"/>`,
} as const;

export type IconName = keyof typeof DRAWINGS;

/** A decoration: what it says stands beside it in words. */
export function icon(name: IconName): SVGTemplateResult {
  return svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${DRAWINGS[name]}</svg>`;
}

/** What stands over the words of a failure. */
export function iconOfFailure(code: FailureCode): IconName {
  if (code === "camera_missing" || code.startsWith("camera_denied") || code === "camera_blocked") return "cameraOff";
  if (code.startsWith("camera_")) return "camera";
  if (code === "offline" || code === "server_away") return "network";
  if (code === "session_expired" || code === "frames_used_up" || code === "challenge_too_late") return "clock";
  if (code === "insecure_origin" || code === "origin_refused" || code === "client_revoked") return "lock";
  return code === "not_recognized" || code === "enrollment_refused" ? "person" : "alert";
}
