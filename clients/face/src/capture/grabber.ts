import {sentSize} from "./size.js";

/** Turns what a video element shows into a JPEG, upright and not mirrored. */
export class Grabber {
  readonly #canvas = document.createElement("canvas");
  readonly #context = this.#canvas.getContext("2d", {alpha: false});
  #isBusy = false;

  /** Whether the last picture is still being packed: the next one then waits for a newer. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** @returns `null` when there is no picture yet. */
  async grab(video: HTMLVideoElement, quality: number): Promise<Blob | null> {
    const {videoWidth: width, videoHeight: height} = video;
    if (this.#context === null || width === 0 || height === 0) return null;
    const size = sentSize({width, height});
    if (this.#canvas.width !== size.width || this.#canvas.height !== size.height) Object.assign(this.#canvas, size);
    this.#context.drawImage(video, 0, 0, size.width, size.height);
    this.#isBusy = true;
    try {
      return await new Promise((resolve) => {
        this.#canvas.toBlob(resolve, "image/jpeg", quality);
      });
    } finally {
      this.#isBusy = false;
    }
  }
}
