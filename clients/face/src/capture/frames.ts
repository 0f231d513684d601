/** Where a browser can't say when the camera's next picture is there: at 30 a second. */
const POLL_MS = 33;

/** Calls back for every picture that a video element shows, until stopped. @returns what stops it. */
export function onEachPicture(video: HTMLVideoElement, callback: (nowMs: number) => void): () => void {
  return "requestVideoFrameCallback" in video ? byCallback(video, callback) : byPolling(video, callback);
}

function byCallback(video: HTMLVideoElement, callback: (nowMs: number) => void): () => void {
  const next = () => video.requestVideoFrameCallback(shown);
  const shown = (nowMs: number) => {
    handle = next();
    callback(nowMs);
  };
  let handle = next();
  return () => {
    video.cancelVideoFrameCallback(handle);
  };
}

function byPolling(video: HTMLMediaElement, callback: (nowMs: number) => void): () => void {
  let lastTimeS = -1;
  const timer = setInterval(() => {
    if (video.currentTime === lastTimeS) return;
    lastTimeS = video.currentTime;
    callback(performance.now());
  }, POLL_MS);
  return () => {
    clearInterval(timer);
  };
}
