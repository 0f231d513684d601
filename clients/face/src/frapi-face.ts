import {html, LitElement} from "lit";
import type {PropertyDeclarations, PropertyValues, TemplateResult} from "lit";
import {announce, later, SILENT} from "./announcer.js";
import {Controller} from "./controller.js";
import {noticesOf} from "./details.js";
import {WAYS_OUT} from "./machine/failures.js";
import type {FaceState} from "./machine/state.js";
import type {FrapiFaceElement} from "./public.js";
import {askForSession, isSessionUrl} from "./session-source.js";
import {languageOf, Speaker} from "./texts/index.js";
import type {TextKey} from "./texts/index.js";
import {styles} from "./view/styles/index.js";
import {view} from "./view/view.js";
import type {Actions} from "./view/view.js";

/** `<frapi-face>`: see `docs/component.md`. */
export class FrapiFace extends LitElement {
  static override styles = styles;
  static override properties: PropertyDeclarations = {
    websocketUrl: {attribute: "websocket-url"},
    getSession: {attribute: false},
    messages: {attribute: false},
    deviceId: {attribute: "device-id"},
    facingMode: {attribute: "facing-mode"},
    autostart: {type: Boolean},
    theme: {reflect: true},
    layout: {reflect: true},
    lang: {reflect: true},
  };

  declare websocketUrl: string;
  declare getSession: FrapiFaceElement["getSession"];
  declare messages: FrapiFaceElement["messages"];
  declare deviceId: string;
  declare facingMode: FrapiFaceElement["facingMode"];
  declare autostart: boolean;
  declare theme: FrapiFaceElement["theme"];
  declare layout: FrapiFaceElement["layout"];

  readonly #controller = new Controller({
    changed: (previous, state) => {
      this.#changed(previous, state);
    },
  });
  readonly #actions: Actions = {
    start: () => {
      this.start();
    },
    cancel: () => {
      this.cancel();
    },
    retry: () => {
      this.retry();
    },
    reconnect: () => {
      this.#controller.reconnectNow();
    },
    choose: (deviceId) => {
      this.#controller.chooseCamera(deviceId);
    },
  };
  #speaker = new Speaker("en");
  #announcer = SILENT;
  /** The session that is over: it isn't tried again. */
  #spentUrl = "";
  #takesFocus = false;

  constructor() {
    super();
    this.websocketUrl = "";
    this.getSession = null;
    this.messages = {};
    this.deviceId = "";
    this.facingMode = "user";
    this.autostart = false;
    this.theme = "auto";
    this.layout = "auto";
    this.#controller.video.setAttribute("part", "video");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#controller.attach();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#controller.detach();
  }

  /** Begins, as the start button does. */
  start(): void {
    const hasSession = this.websocketUrl !== "" && this.websocketUrl !== this.#spentUrl;
    if (!hasSession && this.getSession) {
      this.#controller.dispatch({type: "renew"});
      return;
    }
    const isUsable = isSessionUrl(this.websocketUrl);
    this.#controller.dispatch(isUsable ? {type: "start"} : {type: "failed", code: "bad_url"});
  }

  /** Ends the check and switches the camera off. */
  cancel(): void {
    this.#controller.dispatch({type: "cancel"});
  }

  /** Tries again, as the button after a failure does. */
  retry(): void {
    const {phase} = this.#controller.state;
    if (phase === "cancelled") this.start();
    else this.#controller.dispatch({type: "retry"});
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // The speaker first: whatever happens next may be told to the page in words.
    const language = languageOf([
      this.lang,
      this.closest("[lang]")?.getAttribute("lang"),
      document.documentElement.lang,
      ...navigator.languages,
    ]);
    if (language !== this.#speaker.language || changed.has("messages")) {
      this.#speaker = new Speaker(language, this.messages);
    }
    if (changed.has("deviceId") || changed.has("facingMode")) {
      this.#controller.wish = {deviceId: this.deviceId || null, facingMode: this.facingMode};
    }
    this.#controller.video.setAttribute("aria-label", this.#speaker.say("preview.label"));
    if (changed.has("websocketUrl") && this.websocketUrl !== "") this.#sessionGiven();
  }

  protected override updated(): void {
    if (!this.#takesFocus) return;
    this.#takesFocus = false;
    this.shadowRoot?.querySelector("h2")?.focus({preventScroll: true});
  }

  protected override render(): TemplateResult {
    const {state, cameras, deviceId, video} = this.#controller;
    const speaker = this.#speaker;
    return html`<section
      class="card"
      part="container"
      lang=${speaker.language}
      dir=${speaker.direction}
      aria-label=${speaker.say("intro.title")}
    >
      ${view({state, speaker, video, cameras, deviceId, actions: this.#actions, nowMs: performance.now()})}
      <p class="spoken" role="status">${this.#announcer.spoken}</p>
    </section>`;
  }

  /** The page gave a session. One in place of another that went on, or that was awaited, is begun at once. */
  #sessionGiven(): void {
    if (this.websocketUrl === this.#spentUrl) return;
    this.#controller.url = this.websocketUrl;
    const {phase} = this.#controller.state;
    const isAwaited = phase === "renewing" || phase === "opening" || phase === "checking";
    if (!isSessionUrl(this.websocketUrl)) this.#controller.dispatch({type: "failed", code: "bad_url"});
    else this.#controller.dispatch({type: "session", begin: this.autostart || isAwaited});
  }

  #changed(previous: FaceState, state: FaceState): void {
    this.requestUpdate();
    if (state.phase !== previous.phase) {
      // What had the focus is about to go.
      this.#takesFocus = this.shadowRoot?.activeElement != null;
      if (isSpent(state)) this.#spentUrl = this.websocketUrl;
    }
    this.#speak(previous, state);
    for (const {name, detail} of noticesOf(previous, state, this.#speaker)) this.#tell(name, detail);
    if (state.phase === "renewing" && previous.phase !== "renewing") void this.#renew();
  }

  #tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, {detail, bubbles: true, composed: true}));
  }

  async #renew(): Promise<void> {
    if (!this.getSession) {
      this.#tell("frapi-retry");
      return;
    }
    const url = await askForSession(this.getSession);
    // Cancelled in the meantime, or the page gave another.
    if (this.#controller.state.phase !== "renewing") return;
    if (url === null || url === this.#spentUrl) this.#controller.dispatch({type: "no-session"});
    else this.websocketUrl = url;
  }

  /** Screen readers: instructions as they change, ends at once; but not what they read because the focus moves there. */
  #speak(previous: FaceState, state: FaceState): void {
    const nowMs = performance.now();
    if (state.phase !== previous.phase) {
      const words = this.#takesFocus ? null : wordsOf(state);
      this.#announcer = words ? announce(SILENT, words.map((key) => this.#speaker.say(key)).join(". "), nowMs) : SILENT;
    } else if (state.phase === "checking") {
      const {key} = state.prompt;
      this.#announcer =
        key === previous.prompt.key
          ? later(this.#announcer, nowMs)
          : announce(this.#announcer, this.#speaker.say(key), nowMs, state.move !== null);
    }
  }
}

/** The session can't be used again. */
function isSpent({phase, failure}: FaceState): boolean {
  return phase === "done" || (failure !== null && WAYS_OUT[failure] === "renew");
}

/** What a state that doesn't change by itself says. */
function wordsOf({phase, failure, sessionType}: FaceState): TextKey[] | null {
  switch (phase) {
    case "opening":
    case "renewing":
    case "cancelled":
      return [`${phase}.title`, `${phase}.body`];
    case "done":
      return [`done.${sessionType ?? "verification"}.title`];
    case "failed":
      return failure ? [`failure.${failure}.title`, `failure.${failure}.body`] : null;
    case "idle":
    case "checking":
      return null;
  }
}
