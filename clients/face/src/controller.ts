import {FaceStream} from "@frapi/client";
import {cameraPermission, CameraError, FIRST_PICTURE_MS, listCameras, openCamera, stop} from "./camera/open.js";
import type {CameraWish, OpenCamera} from "./camera/open.js";
import type {CameraChoice} from "./camera/devices.js";
import {cadence, isDue, learned, taken} from "./capture/cadence.js";
import type {Cadence} from "./capture/cadence.js";
import {onEachPicture} from "./capture/frames.js";
import {Grabber} from "./capture/grabber.js";
import type {FaceEvent} from "./machine/events.js";
import {reduce} from "./machine/reduce.js";
import {INITIAL, wantsOf} from "./machine/state.js";
import type {FaceState} from "./machine/state.js";

/** How often time is let in: a countdown in seconds needs no more. */
const TICK_MS = 250;

/** Frames a second that any session allows; a session's own limit is known once it is connected. */
const DEFAULT_MAX_FPS = 10;

/** Whoever shows what the controller does. */
export interface Stage {
  /** The state moved, or time did. */
  changed(previous: FaceState, state: FaceState): void;
}

/**
 * Drives the state machine: switches on and off what each state wants (camera, connection, frames) and tells it what
 * comes of that. Knows nothing of how it looks.
 */
export class Controller {
  /** Shows the camera; in the document wherever the view puts it. */
  readonly video = document.createElement("video");
  readonly #stage: Stage;
  readonly #grabber = new Grabber();
  #state = INITIAL;
  #url = "";
  #wish: CameraWish = {deviceId: null, facingMode: "user"};
  #cameras: readonly CameraChoice[] = [];
  #camera: OpenCamera | null = null;
  /** Counts openings, so that one that was overtaken knows. */
  #opening = 0;
  #isOpening = false;
  #stream: FaceStream | null = null;
  #cadence: Cadence = cadence(DEFAULT_MAX_FPS);
  #pictureMs = 0;
  #videoTimeS = -1;
  #stopPictures: (() => void) | null = null;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #listeners: AbortController | null = null;

  constructor(stage: Stage) {
    this.#stage = stage;
    Object.assign(this.video, {muted: true, playsInline: true, autoplay: true, disablePictureInPicture: true});
  }

  get state(): FaceState {
    return this.#state;
  }

  get cameras(): readonly CameraChoice[] {
    return this.#cameras;
  }

  /** Which camera is on, or was chosen. */
  get deviceId(): string {
    return this.#camera?.deviceId ?? this.#wish.deviceId ?? "";
  }

  /** Where frames go; takes effect with the next connection. */
  set url(url: string) {
    this.#url = url;
  }

  set wish(wish: CameraWish) {
    this.#wish = wish;
  }

  dispatch(event: FaceEvent): void {
    const previous = this.#state;
    this.#state = reduce(previous, event, performance.now());
    // First told, then done: what is done may bring the next event.
    this.#stage.changed(previous, this.#state);
    this.#reconcile();
  }

  /** Another camera, now or for the next try. */
  chooseCamera(deviceId: string): void {
    this.#wish = {...this.#wish, deviceId};
    if (wantsOf(this.#state).camera) {
      this.#closeCamera();
      this.#reconcile();
    } else {
      this.dispatch({type: "retry"});
    }
  }

  /** Connects at once instead of waiting on. */
  reconnectNow(): void {
    this.#stream?.retryNow();
  }

  /** Listens to the browser, from when the component is in a document. */
  attach(): void {
    const {signal} = (this.#listeners = new AbortController());
    const visible = () => document.visibilityState === "visible";
    document.addEventListener(
      "visibilitychange",
      () => {
        this.dispatch({type: "visible", visible: visible()});
        if (visible()) this.#wakeUp();
      },
      {signal},
    );
    const online = (isOnline: boolean) => () => {
      this.dispatch({type: "online", online: isOnline});
      if (isOnline) this.reconnectNow();
    };
    window.addEventListener("online", online(true), {signal});
    window.addEventListener("offline", online(false), {signal});
    (navigator.mediaDevices as MediaDevices | undefined)?.addEventListener("devicechange", () => void this.#recount(), {
      signal,
    });
    this.dispatch({type: "visible", visible: visible()});
    this.dispatch({type: "online", online: navigator.onLine});
  }

  /** Lets go of everything, for the component left its document. */
  detach(): void {
    this.#listeners?.abort();
    this.dispatch({type: "reset"});
  }

  #reconcile(): void {
    const wants = wantsOf(this.#state);
    if (!wants.link) this.#closeStream();
    if (!wants.camera) this.#closeCamera();
    this.#letTimePass(wants.camera);
    if (wants.link && this.#stream === null) this.#openStream();
    else if (wants.camera && this.#camera === null && !this.#isOpening) void this.#openCamera();
    // It is on already: another session came in place of one that went on.
    else if (this.#camera !== null && this.#state.phase === "opening") this.#reportCamera(this.#camera);
  }

  #letTimePass(isWanted: boolean): void {
    if (!isWanted) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    } else
      this.#ticker ??= setInterval(() => {
        this.#tick();
      }, TICK_MS);
  }

  async #openCamera(): Promise<void> {
    const opening = ++this.#opening;
    this.#isOpening = true;
    try {
      const camera = await openCamera(this.#wish);
      if (opening === this.#opening) this.#useCamera(camera);
      else stop(camera.stream);
      await this.#recount();
    } catch (error) {
      if (opening !== this.#opening) return;
      this.#isOpening = false;
      const code = error instanceof CameraError ? error.code : "camera_busy";
      this.dispatch({type: "failed", code});
      await this.#watchPermission();
    }
  }

  #useCamera(camera: OpenCamera): void {
    const {stream, track} = camera;
    this.#isOpening = false;
    this.#camera = camera;
    this.video.srcObject = stream;
    this.#wakeUp();
    // A track that we stop ourselves says nothing.
    track.onended = () => {
      this.dispatch({type: "failed", code: "camera_lost"});
    };
    track.onmute = () => {
      this.dispatch({type: "interrupted", interrupted: true});
    };
    track.onunmute = () => {
      this.#wakeUp();
      this.dispatch({type: "interrupted", interrupted: false});
    };
    this.#stopPictures = onEachPicture(this.video, (nowMs) => void this.#picture(nowMs));
    this.#reportCamera(camera);
  }

  #reportCamera({deviceId, mirrored}: OpenCamera): void {
    this.dispatch({type: "camera", camera: {deviceId, mirrored}});
  }

  #closeCamera(): void {
    this.#opening += 1;
    this.#isOpening = false;
    this.#stopPictures?.();
    this.#stopPictures = null;
    if (this.#camera === null) return;
    const {stream, track} = this.#camera;
    track.onended = track.onmute = track.onunmute = null;
    stop(stream);
    this.#camera = null;
    this.video.srcObject = null;
  }

  /** Playing stops when a page is put away, and the time without pictures counts for nothing. */
  #wakeUp(): void {
    this.#pictureMs = performance.now();
    // Refused when another camera takes over in the meantime; that one plays then.
    if (this.#camera) this.video.play().catch(() => undefined);
    this.reconnectNow();
  }

  #openStream(): void {
    const stream = new FaceStream(this.#url);
    this.#stream = stream;
    stream.on("connected", (message) => {
      this.#cadence = cadence(message.policy.max_fps);
      this.dispatch({type: "connected", message});
    });
    stream.on("message", (message) => {
      this.dispatch({type: "message", message});
    });
    stream.on("reconnecting", ({attempt}) => {
      this.dispatch({type: "reconnecting", attempt});
    });
    stream.on("ended", ({reason, error}) => {
      if (this.#stream === stream) this.dispatch({type: "ended", reason, error});
    });
    try {
      stream.connect();
    } catch {
      // An address that the browser won't have, as ws: in a page of https:.
      this.dispatch({type: "failed", code: "bad_url"});
    }
  }

  #closeStream(): void {
    const stream = this.#stream;
    this.#stream = null;
    stream?.close();
  }

  async #picture(nowMs: number): Promise<void> {
    this.#pictureMs = nowMs;
    if (!wantsOf(this.#state).frames || this.#grabber.isBusy || !isDue(this.#cadence, nowMs)) return;
    this.#cadence = taken(this.#cadence, nowMs);
    const picture = await this.#grabber.grab(this.video, this.#cadence.quality);
    if (picture === null || this.#stream === null) return;
    this.#cadence = learned(this.#cadence, this.#stream.sendFrame(picture, {timestampMs: nowMs}));
  }

  #tick(): void {
    const nowMs = performance.now();
    // In a page that isn't drawn no pictures are reported, though the camera goes on.
    if (this.video.currentTime !== this.#videoTimeS) this.#pictureMs = nowMs;
    this.#videoTimeS = this.video.currentTime;
    const {visible, interrupted} = this.#state;
    const isFrozen = visible && !interrupted && this.#camera && nowMs - this.#pictureMs > FIRST_PICTURE_MS;
    this.dispatch(isFrozen ? {type: "failed", code: "camera_frozen"} : {type: "tick"});
  }

  /** Looks which cameras there are. One that comes mends that there was none. */
  async #recount(): Promise<void> {
    const before = this.#cameras.length;
    this.#cameras = await listCameras();
    const {failure} = this.#state;
    const isMended = this.#cameras.length > before && (failure === "camera_missing" || failure === "camera_lost");
    this.dispatch(isMended ? {type: "retry"} : {type: "tick"});
  }

  /** A permission that is given in the browser's own settings mends that it was refused. */
  async #watchPermission(): Promise<void> {
    const permission = await cameraPermission();
    if (permission === null) return;
    permission.onchange = () => {
      const {failure} = this.#state;
      const wasRefused = failure === "camera_denied" || failure === "camera_dismissed";
      if (wasRefused && permission.state === "granted") this.dispatch({type: "retry"});
    };
  }
}
