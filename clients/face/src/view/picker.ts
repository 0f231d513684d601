import {html, nothing} from "lit";
import type {TemplateResult} from "lit";
import {icon} from "./icons.js";
import type {ViewOptions} from "./view.js";

/** Chooses a camera, where there is a choice. */
export function picker({cameras, deviceId, speaker, actions}: ViewOptions): TemplateResult | typeof nothing {
  if (cameras.length < 2) return nothing;
  const options = cameras.map(
    (camera, index) =>
      html`<option value=${camera.deviceId} ?selected=${camera.deviceId === deviceId}>
        ${camera.label || speaker.say("camera.unnamed", {number: index + 1})}
      </option>`,
  );
  return html`<label class="picker" part="picker">
    ${icon("camera")}<select
      aria-label=${speaker.say("camera.label")}
      @change=${(event: Event) => {
        actions.choose((event.target as HTMLSelectElement).value);
      }}
    >
      ${options}
    </select>
  </label>`;
}
