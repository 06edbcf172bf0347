/**
 * A photo's file → upright RGB, as ../../../../image/ reads it. PNG to the last bit; the others are decoded by the
 * browser, as stored: no orientation, no colour management, transparency laid on white.
 */
import type { Photo } from "../photo.ts";
import { type Orientation, upright } from "../upright.ts";
import { byBrowser } from "./by_browser.ts";
import { gifOf } from "./gif.ts";
import { segmentsOf } from "./jpeg.ts";
import { type Kind, kindOf, textOf } from "./kinds.ts";
import { type Metadata, orientationOf } from "./metadata.ts";
import { decodedPng, ON_WHITE } from "./png.ts";
import { checkSize, damaged, ImageError } from "./problem.ts";
import { profileOf } from "./profile.ts";
import { webpOf } from "./webp.ts";

/** What every browser reads. */
const READ = "JPEG, PNG, WebP, AVIF, GIF, BMP";
/** No larger file is read. */
export const MOST_BYTES = 512 << 20;

/** What an AVIF calls its opacities, near its beginning. */
const [AVIF_HEAD, AVIF_OPACITY] = [4096, "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"];

export interface Decoded extends Photo {
  /** "PNG", "JPEG" …; what the browser knows and this page does not is a "picture". */
  format: string;
  /** What was done to it, in Python's words. */
  notes: string[];
  /** Whether Python has these very pixels; what the browser decodes may be a level off. */
  isExact: boolean;
}

/** As it is stored. */
interface Stored extends Partial<Metadata>, Pick<Decoded, "picture" | "notes"> {
  isGrey?: boolean;
}

/**
 * @param name What to call it in errors.
 * @throws {ImageError} It is no picture, of a format that this browser does not read, damaged, or too large.
 */
export async function decoded(file: Blob | Uint8Array, name: string): Promise<Decoded> {
  const size = file instanceof Blob ? file.size : file.length;
  if (size > MOST_BYTES) {
    const megabytes = (bytes: number) => Math.round(bytes / 1e6).toLocaleString("en");
    throw new ImageError(name, `is ${megabytes(size)} MB; expected up to ${megabytes(MOST_BYTES)} MB. Save it as JPEG`);
  }
  const content = file instanceof Blob ? new Uint8Array(await file.arrayBuffer()) : file;
  const kind = kindOf(content);
  if (kind?.advice) {
    throw new ImageError(name, `expected a picture (${READ} …), found ${kind.spoken}; ${kind.advice}`);
  }
  try {
    return finished(await stored(content, kind, name), kind?.format || "picture");
  } catch (problem) {
    throw worded(problem, content, kind, name);
  }
}

async function stored(content: Uint8Array, kind: Kind | null, name: string): Promise<Stored> {
  if (kind?.format === "PNG") {
    const { png, ...rest } = await decodedPng(content, name);
    return { ...rest, exif: png.exif, xmp: png.xmp, icc: png.icc };
  }
  if (kind?.format === "JPEG") {
    const { bare, width, height, components, ...metadata } = segmentsOf(content);
    checkSize(width, height, name);
    const spoken = { 1: "grey", 4: "CMYK" }[components];
    const notes = spoken ? [`${spoken} brought to RGB`] : [];
    return { picture: await byBrowser(bare, name), notes, isGrey: components === 1, ...metadata };
  }
  const picture = await byBrowser(new Blob([content as BlobPart]), name);
  if (kind?.format === "WebP") {
    const { frames, hasOpacity, ...metadata } = webpOf(content);
    return { picture, notes: [...first(frames), ...(hasOpacity ? [ON_WHITE] : [])], ...metadata };
  }
  return { picture, notes: notesOf(content, kind) };
}

/** Of what the browser has decoded alone. */
function notesOf(content: Uint8Array, kind: Kind | null): string[] {
  if (kind?.format === "GIF") {
    const { frames, hasOpacity } = gifOf(content);
    return [...first(frames), hasOpacity ? ON_WHITE : "palette brought to RGB"];
  }
  const isAvif = kind?.format === "AVIF";
  return isAvif && textOf(content, 0, AVIF_HEAD).includes(AVIF_OPACITY) ? [ON_WHITE] : [];
}

const first = (frames: number): string[] => (frames > 1 ? [`first of ${frames} frames`] : []);

/** Upright, with all that is to be said of it. */
function finished({ picture, notes, exif = null, xmp = "", icc = null, isGrey }: Stored, format: string): Decoded {
  const orientation: Orientation = orientationOf({ exif, xmp });
  const turned = orientation === 1 ? [] : [`turned upright (EXIF orientation ${orientation})`];
  const frames = notes.filter((note) => note.startsWith("first of"));
  const steps = notes.filter((note) => !frames.includes(note));
  const { profile, said } = profileSaid(icc, isGrey ?? false);
  return {
    picture: upright(picture, orientation),
    orientation,
    profile,
    format,
    notes: [...frames, ...turned, ...steps, ...said],
    isExact: format === "PNG",
  };
}

function profileSaid(icc: Uint8Array | null, isGrey: boolean): { profile: string | null; said: string[] } {
  if (!icc?.length) return { profile: null, said: [] };
  const found = profileOf(icc);
  if (!found || (found.space === "GRAY" && !isGrey)) {
    return { profile: null, said: ["its colour profile is damaged, and not used"] };
  }
  const { name, space, isSrgb } = found;
  if (space !== "RGB" && space !== "GRAY")
    return { profile: null, said: [`${space} colour profile ${name}, not used`] };
  if (isSrgb) return { profile: null, said: [] };
  return { profile: name, said: [`colour profile ${name}, read as stored, as the published preprocessing does`] };
}

function worded(problem: unknown, content: Uint8Array, kind: Kind | null, name: string): Error {
  if (problem instanceof ImageError) return problem;
  const found = `${content.length.toLocaleString("en")} bytes`;
  if (!kind) {
    const next = "Export it as PNG or JPEG from the program that made it";
    return new ImageError(name, `expected a picture (${READ} …), found ${found} of an unknown kind. ${next}`);
  }
  if (!kind.format) {
    const spoken = `found ${kind.spoken}, which this browser does not read`;
    return new ImageError(
      name,
      `expected a picture that this page reads (${READ}), ${spoken}; export it as PNG or JPEG`,
    );
  }
  if (problem instanceof RangeError && /alloc|length/i.test(problem.message)) {
    return new ImageError(name, "does not fit into memory; scale it down first");
  }
  const why = problem instanceof RangeError ? problem.message : "";
  return damaged(name, kind.spoken, content.length, why);
}
