/** A JPEG's segments: its size, what stands beside its pixels, and the same file without it. */
import { textOf } from "./kinds.ts";
import type { Metadata } from "./metadata.ts";

export interface Jpeg extends Metadata {
  width: number;
  height: number;
  /** 1 is grey, 3 colour, 4 CMYK. */
  components: number;
  /** Without EXIF, XMP and profile: every browser then leaves its pixels as they are stored. */
  bare: Blob;
}

const [SOI, SCAN, APP1, APP2, COMMENT] = [0xd8, 0xda, 0xe1, 0xe2, 0xfe];
/** Behind "http:", which is left out: this program names no address that one could take for one it asks. */
const [XMP_AT, XMP] = [5, "//ns.adobe.com/xap/1.0/\0"];
const ICC = "ICC_PROFILE\0";

/** @throws {RangeError} It has no picture in it. */
export function segmentsOf(content: Uint8Array): Jpeg {
  const kept: Uint8Array[] = [content.subarray(0, 2)];
  const found = { width: 0, height: 0, components: 0, exif: null as Uint8Array | null, xmp: "" };
  const profile = new Map<number, Uint8Array>();
  let at = 2;
  while (at + 4 <= content.length && content[at] === 0xff) {
    const marker = content[at + 1] as number;
    if (marker === 0xff) {
      at += 1; // padding
      continue;
    }
    if (marker === SCAN || marker === SOI) break;
    const view = new DataView(content.buffer, content.byteOffset + at);
    const length = view.getUint16(2);
    const body = content.subarray(at + 4, at + 2 + length);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker) && body.length >= 6) {
      [found.height, found.width, found.components] = [view.getUint16(5), view.getUint16(7), view.getUint8(9)];
    }
    if (marker === APP1 && textOf(body, 0, 6) === "Exif\0\0") found.exif ??= body;
    else if (marker === APP1 && textOf(body, XMP_AT, XMP_AT + XMP.length) === XMP)
      found.xmp = new TextDecoder().decode(body);
    else if (marker === APP2 && textOf(body, 0, ICC.length) === ICC)
      profile.set(body[ICC.length] ?? 0, body.subarray(14));
    if (marker !== APP1 && marker !== APP2 && marker !== COMMENT) kept.push(content.subarray(at, at + 2 + length));
    at += 2 + length;
  }
  if (!found.components) throw new RangeError("no picture in it");
  kept.push(content.subarray(at));
  const parts = [...profile].sort(([a], [b]) => a - b).map(([, part]) => part);
  const bare = new Blob(kept as BlobPart[], { type: "image/jpeg" });
  return { ...found, bare, icc: parts.length ? joined(parts) : null };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const made = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}
