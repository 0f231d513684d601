/** The shorter side of what is sent: of 640×480, more tells the server nothing. */
const SHORT_SIDE_PX = 480;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How large a picture of the camera is sent; never enlarged. */
export function sentSize({width, height}: Size): Size {
  const scale = Math.min(1, SHORT_SIDE_PX / Math.min(width, height));
  return {width: Math.round(width * scale), height: Math.round(height * scale)};
}
