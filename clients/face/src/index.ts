import {FrapiFace as Implementation} from "./frapi-face.js";
import type {FrapiFaceElement} from "./public.js";

export type * from "./public.js";

/** The class of `<frapi-face>`, which importing this module defines. */
export const FrapiFace: new () => FrapiFaceElement = Implementation;

// A page may load the bundle twice, from two packages.
if (!customElements.get("frapi-face")) customElements.define("frapi-face", Implementation);
