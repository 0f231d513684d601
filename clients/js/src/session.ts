import {type Clock, systemClock} from "./clock.js";
import {StreamEnded} from "./errors.js";
import type {Picture} from "./frame.js";
import type {CompleteMessage} from "./messages.js";
import type {FaceStream} from "./stream.js";

export interface RunOptions {
  framesPerSecond?: number;
  clock?: Clock;
}

const FRAMES_PER_SECOND = 10;

/** How long to wait for a result after the last frame. */
const ANSWER_GRACE_MS = 5_000;

const NORMAL = 1000;

/**
 * Streams pictures at a pace until there is a result. For pictures that wait to be taken, as those of a film; frames of a
 * camera are better sent as they come, with `sendFrame`. Connects `stream`, and closes it at the end.
 *
 * @throws StreamEnded the stream was over, or the pictures were, before there was a result.
 */
export async function runSession(
  stream: FaceStream,
  pictures: AsyncIterable<Picture> | Iterable<Picture>,
  options: RunOptions = {},
): Promise<CompleteMessage> {
  const clock = options.clock ?? systemClock;
  const intervalMs = 1000 / (options.framesPerSecond ?? FRAMES_PER_SECOND);
  const result = resultOf(stream);
  const isOver = result.catch(() => undefined);
  const pause = (delayMs: number) =>
    new Promise<boolean>((resolve) => {
      const callOff = clock.after(delayMs, () => {
        resolve(false);
      });
      void isOver.then(() => {
        callOff();
        resolve(true);
      });
    });
  let dueMs = clock.nowMs();
  stream.connect();
  try {
    for await (const picture of pictures) {
      // A picture that can't go now goes with the next beat: none of a film's blinks is lost.
      do {
        if (await pause(Math.max(dueMs - clock.nowMs(), 0))) return await result;
        // A pace that was lost isn't caught up with: a burst would only be refused.
        dueMs = Math.max(dueMs + intervalMs, clock.nowMs());
      } while (stream.sendFrame(picture) !== "sent");
    }
    if (await pause(ANSWER_GRACE_MS)) return await result;
    throw new StreamEnded("out_of_frames", NORMAL);
  } finally {
    stream.close();
  }
}

function resultOf(stream: FaceStream): Promise<CompleteMessage> {
  return new Promise((resolve, reject) => {
    stream.on("complete", resolve);
    stream.on("ended", ({reason, code}) => {
      reject(new StreamEnded(reason, code));
    });
  });
}
