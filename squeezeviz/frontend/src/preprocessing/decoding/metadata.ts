/** What stands beside a photo's pixels: EXIF's orientation, wherever it is written. */
import type { Orientation } from "../upright.ts";
import { textOf } from "./kinds.ts";

const ORIENTATION = 0x0112;

/** What is kept of a file's notes about its photo. */
export interface Metadata {
  /** TIFF's structure, as EXIF has it. */
  exif: Uint8Array | null;
  /** XML. */
  xmp: string;
  icc: Uint8Array | null;
}

/** As EXIF says, else as XMP does; 1 where none of it makes sense. */
export function orientationOf({ exif, xmp }: Pick<Metadata, "exif" | "xmp">): Orientation {
  const said = (exif && fromExif(exif)) ?? Number(/tiff:Orientation(?:="|>)([0-9])/.exec(xmp)?.[1] ?? 1);
  return said >= 1 && said <= 8 ? (said as Orientation) : 1;
}

/** Null where it says nothing. */
function fromExif(exif: Uint8Array): number | null {
  const start = textOf(exif, 0, 6) === "Exif\0\0" ? 6 : 0;
  const view = new DataView(exif.buffer, exif.byteOffset + start, exif.length - start);
  try {
    const isLittle = view.getUint16(0) === 0x4949;
    if (!isLittle && view.getUint16(0) !== 0x4d4d) return null;
    const ifd = view.getUint32(4, isLittle);
    for (let entry = 0; entry < view.getUint16(ifd, isLittle); entry += 1) {
      const at = ifd + 2 + 12 * entry;
      const isShort = view.getUint16(at + 2, isLittle) === 3;
      if (view.getUint16(at, isLittle) === ORIENTATION) {
        return isShort ? view.getUint16(at + 8, isLittle) : view.getUint32(at + 8, isLittle);
      }
    }
  } catch {
    // It ends before it is complete: as good as none.
  }
  return null;
}
