/** A WebP's chunks: what stands beside its pixels, and how many pictures there are. */
import { textOf } from "./kinds.ts";
import type { Metadata } from "./metadata.ts";

export interface WebP extends Metadata {
  frames: number;
  hasOpacity: boolean;
}

const OPACITY = 0x10;

export function webpOf(content: Uint8Array): WebP {
  const found: WebP = { exif: null, xmp: "", icc: null, frames: 0, hasOpacity: false };
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  for (let at = 12; at + 8 <= content.length; ) {
    const [kind, length] = [textOf(content, at, at + 4), view.getUint32(at + 4, true)];
    const body = content.subarray(at + 8, at + 8 + length);
    if (kind === "EXIF") found.exif = body;
    else if (kind === "XMP ") found.xmp = new TextDecoder().decode(body);
    else if (kind === "ICCP") found.icc = body;
    else if (kind === "ANMF") found.frames += 1;
    else if (kind === "VP8X") found.hasOpacity = ((body[0] ?? 0) & OPACITY) !== 0;
    else if (kind === "VP8L") found.hasOpacity ||= ((body[4] ?? 0) & OPACITY) !== 0;
    at += 8 + length + (length & 1);
  }
  return found;
}
