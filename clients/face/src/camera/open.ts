import type {FailureCode} from "../machine/failures.js";
import {camerasOf, fitterThan} from "./devices.js";
import type {CameraChoice} from "./devices.js";
import {failureOfCamera} from "./failure.js";
import type {Surroundings} from "./failure.js";

/** Enough for the server, and sharp on a phone's screen; ideals, so that any camera will do. */
const IDEAL = {width: {ideal: 960}, height: {ideal: 720}, frameRate: {ideal: 30}} as const;

/** A camera that gives no picture within this time after it was opened will give none. */
export const FIRST_PICTURE_MS = 8_000;

/** Which camera is wanted: a certain one, or one that looks in a direction. */
export interface CameraWish {
  readonly deviceId: string | null;
  readonly facingMode: "user" | "environment";
}

/** A camera that is on. Whoever has it stops its tracks. */
export interface OpenCamera {
  readonly stream: MediaStream;
  readonly track: MediaStreamTrack;
  readonly deviceId: string;
  readonly mirrored: boolean;
}

/** The camera can't be had. */
export class CameraError extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** Why this page can't have any camera, whatever is plugged in; `null` when it can. */
export function hindranceOfPage(): FailureCode | null {
  if (!window.isSecureContext) return "insecure_origin";
  // Absent at run time in browsers and web views that have no camera for pages.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  return devices && typeof devices.getUserMedia === "function" ? null : "unsupported";
}

/**
 * Switches a camera on; the browser may ask the person first.
 *
 * @throws CameraError when there is none to be had.
 */
export async function openCamera(wish: CameraWish): Promise<OpenCamera> {
  const hindrance = hindranceOfPage();
  if (hindrance) throw new CameraError(hindrance);
  const first = await request(wish);
  if (wish.deviceId !== null) return first;
  const better = fitterThan({deviceId: first.deviceId, label: first.track.label}, await listCameras());
  if (better === null) return first;
  stop(first.stream);
  // What can't be opened is no better: then the first one again.
  return request({...wish, deviceId: better.deviceId}).catch(() => request(wish));
}

/** The cameras there are. Their labels are empty until one was allowed. */
export async function listCameras(): Promise<CameraChoice[]> {
  if (hindranceOfPage()) return [];
  return camerasOf(await navigator.mediaDevices.enumerateDevices().catch(() => []));
}

/** Switches a camera off. */
export function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

async function request(wish: CameraWish): Promise<OpenCamera> {
  const which = wish.deviceId === null ? {facingMode: {ideal: wish.facingMode}} : {deviceId: {exact: wish.deviceId}};
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({audio: false, video: {...IDEAL, ...which}});
  } catch (error) {
    // A camera that was chosen and is gone: any other is better than none.
    if (wish.deviceId !== null && error instanceof Error && /Overconstrained|NotFound/.test(error.name)) {
      return request({...wish, deviceId: null});
    }
    throw new CameraError(failureOfCamera(error, await surroundings()), {cause: error});
  }
  const [track] = stream.getVideoTracks();
  if (track === undefined) throw new CameraError("camera_missing");
  const {deviceId = "", facingMode = "user"} = track.getSettings();
  return {stream, track, deviceId, mirrored: facingMode !== "environment"};
}

async function surroundings(): Promise<Surroundings> {
  const policy = (document as {featurePolicy?: {allowsFeature(name: string): boolean}}).featurePolicy;
  return {
    permission: (await cameraPermission())?.state ?? "unknown",
    allowedByPolicy: policy?.allowsFeature("camera") ?? true,
  };
}

/** The permission, to watch it change; `null` where the browser doesn't tell. */
export async function cameraPermission(): Promise<PermissionStatus | null> {
  try {
    return await navigator.permissions.query({name: "camera"});
  } catch {
    return null;
  }
}
