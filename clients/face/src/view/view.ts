import type {TemplateResult} from "lit";
import type {CameraChoice} from "../camera/devices.js";
import type {FaceState} from "../machine/state.js";
import type {Speaker} from "../texts/index.js";
import {checking} from "./checking.js";
import {cancelled, done, failed, intro, waiting} from "./panels.js";

/** What the person can do. */
export interface Actions {
  readonly start: () => void;
  readonly cancel: () => void;
  readonly retry: () => void;
  readonly reconnect: () => void;
  readonly choose: (deviceId: string) => void;
}

export interface ViewOptions {
  readonly state: FaceState;
  readonly speaker: Speaker;
  readonly video: HTMLVideoElement;
  readonly cameras: readonly CameraChoice[];
  readonly deviceId: string;
  readonly actions: Actions;
  readonly nowMs: number;
}

/** What is seen in a state. */
export function view(options: ViewOptions): TemplateResult {
  const {phase, failure} = options.state;
  switch (phase) {
    case "idle":
      return intro(options);
    case "opening":
    case "renewing":
      return waiting(options);
    case "checking":
      return checking(options);
    case "done":
      return done(options);
    case "cancelled":
      return cancelled(options);
    case "failed":
      return failed(options, failure ?? "server_error");
  }
}
