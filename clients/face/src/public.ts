/** What a page sees of the component. Types only: the bundle has no imports. */

export type FrapiLanguage = "en" | "es" | "de" | "fr" | "pt" | "zh" | "ja" | "ar";

export interface FrapiProgressDetail {
  /** Accepted frames so far, and how many are wanted. */
  readonly framesProcessed: number;
  readonly framesTarget: number;
  readonly blinks: number;
  readonly turns: number;
  /** Of the last frame, 0 to 1. */
  readonly qualityScore: number;
  /** Of everything that the session asks for, 0 to 1. */
  readonly share: number;
  /** The instruction that is shown, by its text's key without `prompt.`, as `move_closer`. */
  readonly instruction: string;
}

export interface FrapiCompleteDetail {
  /** `false`: the person was not recognised. */
  readonly success: boolean;
  readonly sessionType: "enrollment" | "verification" | "identification";
  /** Of a recognised person. A page can be made to show anything: let your backend ask the server. */
  readonly userId?: string;
  /** For the holder of the API key. */
  readonly encryptedData?: {encrypted_payload: string; algorithm: string; mac?: string};
  /** The server's message as it came. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface FrapiErrorDetail {
  /** Stable; `docs/component.md` lists them. */
  readonly code: string;
  /** The person can try again: with this session, or with a new one. */
  readonly retryable: boolean;
  /** What the person is told, in his language. */
  readonly message: string;
}

export interface FrapiFaceEventMap {
  "frapi-start": CustomEvent<undefined>;
  "frapi-progress": CustomEvent<FrapiProgressDetail>;
  "frapi-complete": CustomEvent<FrapiCompleteDetail>;
  "frapi-cancel": CustomEvent<undefined>;
  "frapi-error": CustomEvent<FrapiErrorDetail>;
  "frapi-retry": CustomEvent<undefined>;
}

/** `<frapi-face>`. */
export interface FrapiFaceElement extends HTMLElement {
  /** Of the session, as the server gave it. A new one replaces the old. */
  websocketUrl: string;
  /** Makes a session and returns its `websocket_url`: asked when there is none yet, or when it is over. */
  getSession: (() => Promise<string>) | null;
  /** Texts instead of the component's own, by key. */
  messages: Readonly<Record<string, string>>;
  /** Which camera to begin with; empty: the one that `facingMode` says. */
  deviceId: string;
  facingMode: "user" | "environment";
  /** Begin without a click as soon as there is a session. */
  autostart: boolean;
  /** `auto`: as the page's `color-scheme` says. */
  theme: "auto" | "light" | "dark";
  /** `auto`: as high as its content; `fill`: as high as the page makes it. */
  layout: "auto" | "fill";
  /** Begins, as the start button does. */
  start(): void;
  /** Ends the check and switches the camera off. */
  cancel(): void;
  /** Tries again, as the button after a failure does. */
  retry(): void;

  addEventListener<Name extends keyof FrapiFaceEventMap>(
    type: Name,
    listener: (this: FrapiFaceElement, event: FrapiFaceEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** The class of `<frapi-face>`, which importing the package defines. */
export declare const FrapiFace: new () => FrapiFaceElement;

declare global {
  interface HTMLElementTagNameMap {
    "frapi-face": FrapiFaceElement;
  }
}
