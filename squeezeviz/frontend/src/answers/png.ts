/**
 * Pixels as a PNG file, not compressed: it goes no further than to the page. A browser's own writer takes 90 ms when a page
 * asks for it first.
 */
import { checksum } from "../preprocessing/checksum.ts";

/** Red, green, blue and opacity, row by row. */
export interface Opaque {
  pixels: Uint8ClampedArray<ArrayBuffer>;
  height: number;
  width: number;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const [BITS, WITH_OPACITY, NO_FILTER] = [8, 6, 0];
const MOST_STORED = 0xffff; // bytes in one block of a stream that is not compressed
const ADLER = 65521;

export function pngOf({ pixels, height, width }: Opaque): DataView<ArrayBuffer> {
  const header = new Uint8Array(13);
  const sizes = new DataView(header.buffer);
  sizes.setUint32(0, width);
  sizes.setUint32(4, height);
  header.set([BITS, WITH_OPACITY], 8);
  const row = 4 * width;
  const rows = new Uint8Array(height * (row + 1)).fill(NO_FILTER);
  for (let y = 0; y < height; y += 1) rows.set(pixels.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const parts = [
    Uint8Array.from(SIGNATURE),
    ...[chunk("IHDR", header), chunk("IDAT", stored(rows)), chunk("IEND", new Uint8Array())],
  ];
  return new DataView(joined(parts).buffer);
}

function chunk(kind: string, body: Uint8Array): Uint8Array {
  const made = new Uint8Array(12 + body.length);
  const view = new DataView(made.buffer);
  view.setUint32(0, body.length);
  for (let at = 0; at < 4; at += 1) made[4 + at] = kind.charCodeAt(at);
  made.set(body, 8);
  view.setUint32(8 + body.length, checksum(made.subarray(4, 8 + body.length)));
  return made;
}

/** zlib's format, of blocks that are as they were. */
function stored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at < bytes.length; at += MOST_STORED) {
    const block = bytes.subarray(at, at + MOST_STORED);
    const head = new DataView(new ArrayBuffer(5));
    head.setUint8(0, Number(at + MOST_STORED >= bytes.length)); // whether it is the last one
    head.setUint16(1, block.length, true);
    head.setUint16(3, ~block.length & 0xffff, true);
    parts.push(new Uint8Array(head.buffer), block);
  }
  const sum = new DataView(new ArrayBuffer(4));
  sum.setUint32(0, adler(bytes));
  return joined([...parts, new Uint8Array(sum.buffer)]);
}

function adler(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let at = 0; at < bytes.length; ) {
    // So many at once that no sum leaves 32 bits.
    for (const end = Math.min(at + 3800, bytes.length); at < end; at += 1) {
      a += bytes[at] as number;
      b += a;
    }
    a %= ADLER;
    b %= ADLER;
  }
  return b * 0x10000 + a;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}
