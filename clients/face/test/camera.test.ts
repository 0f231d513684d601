import {describe, expect, test} from "vitest";
import {camerasOf, fitterThan} from "../src/camera/devices.js";
import {failureOfCamera} from "../src/camera/failure.js";
import type {Surroundings} from "../src/camera/failure.js";
import type {FailureCode} from "../src/machine/failures.js";

const named = (name: string, message = "") => Object.assign(new Error(message), {name});

describe("why a camera can't be had", () => {
  test.each<[string, string, Partial<Surroundings>, FailureCode]>([
    ["NotAllowedError", "Permission denied", {permission: "denied"}, "camera_denied"],
    ["NotAllowedError", "Permission denied", {}, "camera_denied"],
    ["NotAllowedError", "Permission dismissed", {permission: "prompt"}, "camera_dismissed"],
    ["NotAllowedError", "", {permission: "prompt"}, "camera_dismissed"],
    ["NotAllowedError", "Permission denied by system", {permission: "denied"}, "camera_denied_by_system"],
    ["NotAllowedError", "Permission denied", {allowedByPolicy: false}, "camera_blocked"],
    ["SecurityError", "", {}, "camera_denied"],
    ["NotFoundError", "Requested device not found", {}, "camera_missing"],
    ["OverconstrainedError", "", {}, "camera_missing"],
    ["NotReadableError", "Could not start video source", {}, "camera_busy"],
    ["AbortError", "Timeout starting video source", {}, "camera_busy"],
    ["TypeError", "", {}, "unsupported"],
  ])("%s, %j, %j is %s", (name, message, surroundings, code) => {
    expect(failureOfCamera(named(name, message), {permission: "unknown", allowedByPolicy: true, ...surroundings})).toBe(
      code,
    );
  });
});

describe("the cameras", () => {
  const camera = (deviceId: string, label = deviceId) => ({deviceId, label});

  test("are what gives pictures, and can be named", () => {
    const devices = [
      {kind: "audioinput", deviceId: "mic", label: "Mic"},
      {kind: "videoinput", deviceId: "cam", label: "Cam"},
      // What a browser lists before a camera was allowed.
      {kind: "videoinput", deviceId: "", label: ""},
    ] as const;
    expect(camerasOf(devices)).toEqual([camera("cam", "Cam")]);
  });

  test.each([
    ["FaceTime HD Camera", null],
    ["Infrared camera, facing front", "camera 1, facing front"],
    ["Intel IR Sensor", "camera 1, facing front"],
    ["OBS Virtual Camera", "camera 1, facing front"],
    // Letters in a name are no sensor.
    ["Fire Camera", null],
  ])("in place of %j: %j", (label, better) => {
    const given = camera("given", label);
    const others = [camera("camera 0, facing back"), camera("camera 1, facing front"), camera("depth sensor")];
    expect(fitterThan(given, [given, ...others])?.label ?? null).toBe(better);
  });

  test("an unfit one is better than one that looks away", () => {
    expect(fitterThan(camera("ir", "Infrared"), [camera("b", "back camera")])).toBeNull();
  });
});
