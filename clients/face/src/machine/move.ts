import type {Challenge, FaceBox} from "@frapi/client";
import type {ActiveMove, Progress} from "./state.js";

/** Somebody who came so much closer did what was asked. */
const CLOSER_RATIO = 1.2;
/** A move that seems to be made is let come to its end before the next thing is said. */
const FINISH_MS = 700;

/** A move that is asked for now. */
export function ask(
  {action, index, total, deadline_ms}: Challenge,
  progress: Progress,
  box: FaceBox | null,
  nowMs: number,
): ActiveMove {
  const before = {...progress, widthPx: box && widthOf(box)};
  return {action, index, total, startMs: nowMs, deadlineMs: nowMs + deadline_ms, before, madeMs: null};
}

/** Takes in what a frame showed. */
export function watch(move: ActiveMove, progress: Progress, box: FaceBox | null, nowMs: number): ActiveMove {
  return move.madeMs === null && seemsMade(move, progress, box) ? {...move, madeMs: nowMs} : move;
}

/**
 * Whether it need not be asked for any more. The server doesn't say that a move was made before it asks for the next;
 * who is still asked makes it again, and is told that this was too early. Where neither shows it, its time does: had it
 * not been made, an error would have come.
 */
export function isOver({madeMs, deadlineMs}: ActiveMove, nowMs: number): boolean {
  return nowMs >= deadlineMs || (madeMs !== null && nowMs - madeMs >= FINISH_MS);
}

function seemsMade({action, before}: ActiveMove, progress: Progress, box: FaceBox | null): boolean {
  switch (action) {
    case "blink_twice":
      return progress.blinks >= before.blinks + 2;
    case "come_closer":
      return box !== null && before.widthPx !== null && widthOf(box) >= before.widthPx * CLOSER_RATIO;
    default:
      return progress.turns > before.turns;
  }
}

function widthOf([left, , right]: FaceBox): number {
  return right - left;
}
