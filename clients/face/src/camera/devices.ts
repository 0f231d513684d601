/** Cameras that show no face as it looks: of an unlocking sensor, of depth, or none at all. */
const UNFIT = /infra-?red|\bir\b|depth|virtual|\bobs\b|snap camera|manycam/i;

/** What a person chooses from. */
export interface CameraChoice {
  readonly deviceId: string;
  /** As the system calls it; empty until the camera was allowed. */
  readonly label: string;
}

/** The cameras among the devices, in the system's order. */
export function camerasOf(devices: readonly Pick<MediaDeviceInfo, "kind" | "deviceId" | "label">[]): CameraChoice[] {
  return devices
    .filter(({kind, deviceId}) => kind === "videoinput" && deviceId !== "")
    .map(({deviceId, label}) => ({deviceId, label}));
}

/**
 * A better camera than the one that the browser gave, if it gave an unfit one: some phones offer the infrared camera
 * that unlocks them as a front camera.
 *
 * @returns `null` when the given one is fit, or no other is.
 */
export function fitterThan(given: CameraChoice, cameras: readonly CameraChoice[]): CameraChoice | null {
  if (!UNFIT.test(given.label)) return null;
  const isBack = (label: string) => /back|rear|environment/i.test(label);
  const fit = cameras.filter(({deviceId, label}) => deviceId !== given.deviceId && label !== "" && !UNFIT.test(label));
  return fit.find(({label}) => !isBack(label)) ?? null;
}
