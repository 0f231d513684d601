import {vi} from "vitest";

/** A camera's track that knows whether it was switched off. */
export class FakeTrack extends EventTarget {
  readonly label = "Fake camera";
  readyState = "live";
  onended: (() => void) | null = null;

  stop(): void {
    this.readyState = "ended";
  }

  unplug(): void {
    this.readyState = "ended";
    this.onended?.();
  }

  getSettings() {
    return {deviceId: "cam", facingMode: "user"};
  }
}

/** The browser's cameras. */
export class FakeCameras extends EventTarget {
  readonly tracks: FakeTrack[] = [];
  /** What the next request comes to; a camera where it is `null`. */
  refusal: string | null = null;
  /** Requests are answered only when it resolves. */
  answer: Promise<void> = Promise.resolve();

  get track(): FakeTrack | undefined {
    return this.tracks.at(-1);
  }

  readonly getUserMedia = vi.fn(async () => {
    await this.answer;
    if (this.refusal !== null) throw Object.assign(new Error(this.refusal), {name: this.refusal});
    const track = new FakeTrack();
    this.tracks.push(track);
    return {getTracks: () => [track], getVideoTracks: () => [track]};
  });

  enumerateDevices() {
    return Promise.resolve(this.refusal ? [] : [{kind: "videoinput", deviceId: "cam", label: "Fake camera"}]);
  }
}

/** A WebSocket whose server is the test. */
export class FakeSocket {
  static all: FakeSocket[] = [];
  static get last(): FakeSocket | undefined {
    return FakeSocket.all.at(-1);
  }

  readonly url: string;
  readyState = 1;
  bufferedAmount = 0;
  onmessage: ((event: {data: string}) => void) | null = null;
  onclose: ((event: {code: number}) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
  }

  send(): void {
    // No test looks at frames: there is no canvas here to make any.
  }

  close(): void {
    this.readyState = 3;
  }

  says(message: object): void {
    this.onmessage?.({data: JSON.stringify(message)});
  }

  /** The server's last word, and the end. */
  ends(code: number, message?: object): void {
    if (message) this.says(message);
    this.onclose?.({code});
  }
}
