/** A picture, encoded. Binary messages carry it as it is: no JSON, no base64. */
export type Picture = Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;

/** What the server is told of a frame besides its picture. */
export interface FrameInfo {
  /** A whole number, given back in the answer. */
  seq: number;
  /** When the picture was taken, by a clock that doesn't run backwards. */
  timestampMs: number;
}

const START_OF_IMAGE = [0xff, 0xd8] as const;
const COMMENT_MARKER = [0xff, 0xfe] as const;
const LENGTH_BYTES = 2;

/** Frames are told apart from comments of other makers by it. */
const COMMENT_PREFIX = "frapi ";

/**
 * Writes `info` into a JPEG, as a comment right after its first marker. Whoever doesn't look for it sees the same
 * picture. PNG and WebP are returned as they are: they can't be told about over a binary message.
 */
export function withInfo(picture: Picture, info: FrameInfo): Picture {
  if (picture instanceof Blob) {
    if (picture.type !== "image/jpeg") return picture;
    return new Blob([Uint8Array.of(...START_OF_IMAGE), comment(info), picture.slice(START_OF_IMAGE.length)], {
      type: picture.type,
    });
  }
  const bytes = picture instanceof Uint8Array ? picture : new Uint8Array(picture);
  if (!START_OF_IMAGE.every((byte, at) => bytes[at] === byte)) return bytes;
  const segment = comment(info);
  const marked = new Uint8Array(bytes.length + segment.length);
  marked.set(START_OF_IMAGE);
  marked.set(segment, START_OF_IMAGE.length);
  marked.set(bytes.subarray(START_OF_IMAGE.length), START_OF_IMAGE.length + segment.length);
  return marked;
}

/** How many bytes a picture has. */
export function byteLength(picture: Picture): number {
  return picture instanceof Blob ? picture.size : picture.byteLength;
}

function comment({seq, timestampMs}: FrameInfo): Uint8Array<ArrayBuffer> {
  const text = COMMENT_PREFIX + JSON.stringify({seq, timestamp_ms: timestampMs});
  const content = new TextEncoder().encode(text);
  const length = content.length + LENGTH_BYTES;
  return Uint8Array.of(...COMMENT_MARKER, length >> 8, length & 0xff, ...content);
}
