/** A PNG of any depth and colour → 8-bit RGB, to the last bit what ../../../../image/ makes of it. */
import type { Picture } from "../../engine/types.ts";
import { chunksOf, GREY, GREY_ALPHA, PALETTE, type Png, RGB } from "./png_chunks.ts";
import { rowsOf, samplesOf } from "./png_rows.ts";
import { checkSize } from "./problem.ts";

/** What transparent parts are laid on. */
const WHITE = 255;
export const ON_WHITE = "transparency laid on white";
const MOST_PALETTE = 3 * 256;
/** A picture that spreads over no more than a quarter of its 16 bits keeps few of the 256 levels. */
const LITTLE = 65535 >> 2;

export interface DecodedPng {
  picture: Picture;
  notes: string[];
  png: Png;
  isGrey: boolean;
}

/**
 * @throws {RangeError} It is damaged: why, in a few words.
 * @throws {ImageError} It is too large.
 */
export async function decodedPng(content: Uint8Array, name: string): Promise<DecodedPng> {
  const png = await chunksOf(content);
  const { width, height, colour, frames } = png;
  checkSize(width, height, name);
  const rows = await rowsOf(png);
  const pixels = new Uint8Array(3 * width * height);
  const notes = frames > 1 ? [`first of ${frames} frames`] : [];
  notes.push(...(colour === PALETTE ? ofPalette(png, rows, pixels) : ofChannels(png, rows, pixels)));
  return { picture: { width, height, pixels }, notes, png, isGrey: colour === GREY || colour === GREY_ALPHA };
}

type Rows = Uint8Array | Uint16Array;

function ofPalette({ palette, transparent }: Png, rows: Rows, pixels: Uint8Array): string[] {
  if (!palette.length || palette.length > MOST_PALETTE) throw new RangeError(`a palette of ${palette.length} bytes`);
  const colours = Uint8Array.from({ length: MOST_PALETTE }, (_, at) => palette[at] ?? 0);
  transparent?.forEach((opacity, at) => {
    for (let place = 3 * at; place < 3 * at + 3; place += 1)
      colours[place] = onWhite(colours[place] as number, opacity);
  });
  rows.forEach((index, at) => {
    pixels.set(colours.subarray(3 * index, 3 * index + 3), 3 * at);
  });
  return [transparent ? ON_WHITE : "palette brought to RGB"];
}

function ofChannels(png: Png, rows: Rows, pixels: Uint8Array): string[] {
  const { depth, colour } = png;
  const samples = samplesOf(png);
  const [isGrey, hasOpacity] = [samples < 3, samples === 2 || samples === 4];
  const level = levelOf(png);
  const hidden = hiddenOf(png);
  const [top, opaque] = [2 ** depth - 1, samples - 1];
  for (let from = 0, to = 0; from < rows.length; from += samples, to += 3) {
    let opacity = hasOpacity
      ? depth === 16
        ? (rows[from + opaque] as number) >> 8
        : (rows[from + opaque] as number)
      : 255;
    if (hidden?.every((value, at) => value === comparable(rows[from + at] as number, depth, colour))) opacity = 0;
    for (let at = 0; at < 3; at += 1) {
      const shown = level(rows[from + (isGrey ? 0 : at)] as number);
      pixels[to + at] = opacity === 255 ? shown : onWhite(shown, opacity);
    }
  }
  const notes = depth === 16 ? ofSixteen(png, rows, top) : [];
  if (hasOpacity || hidden) return [...notes, ON_WHITE];
  if (depth === 16 || !isGrey) return notes;
  return [depth === 1 ? "black and white brought to RGB" : "grey brought to RGB"];
}

/** What a sample becomes. Pillow keeps the upper bytes of deep colours; deep greys are rounded. */
function levelOf({ depth, colour }: Png): (value: number) => number {
  if (depth === 8) return (value) => value;
  if (depth < 8) return (value) => (value * 255) / (2 ** depth - 1);
  return colour === GREY ? (value) => Math.round(value / 257) : (value) => value >> 8;
}

/** Deep colours are compared as they are shown. */
const comparable = (value: number, depth: number, colour: number): number =>
  depth === 16 && colour === RGB ? value >> 8 : value;

/** The one colour that is transparent. */
function hiddenOf({ transparent, depth, colour }: Png): number[] | null {
  const count = { [GREY]: 1, [RGB]: 3 }[colour];
  if (!transparent || !count) return null;
  if (transparent.length < 2 * count) throw new RangeError("its transparent colour is cut off");
  const view = new DataView(transparent.buffer, transparent.byteOffset);
  const values = Array.from({ length: count }, (_, at) => view.getUint16(2 * at));
  return depth === 1
    ? values.map((value) => Math.min(1, value))
    : values.map((value) => comparable(value, depth, colour));
}

/** As Pillow lays pictures on one another, rounded. */
function onWhite(level: number, opacity: number): number {
  const sum = WHITE * (255 - opacity) + level * opacity + 128;
  return ((sum >> 8) + sum) >> 8;
}

function ofSixteen(png: Png, rows: Rows, top: number): string[] {
  const [samples, isPlain] = [samplesOf(png), png.colour === GREY];
  const colours = samples === 2 || samples === 4 ? samples - 1 : samples;
  let [low, high] = [top, 0];
  for (let at = 0; at < rows.length; at += 1) {
    if (at % samples >= colours) continue;
    const value = rows[at] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!isPlain) [low, high] = [low >> 8, high >> 8];
  const notes = [isPlain ? "16-bit grey brought to 8-bit RGB" : "16-bit channels brought to 8-bit RGB"];
  const spread = high - low;
  if (spread <= 0 || spread > (isPlain ? LITTLE : LITTLE >> 8)) return notes;
  return [
    ...notes,
    `little of its 16 bits is used (${low} to ${high} of 0 to ${isPlain ? top : 255}), so that it has little contrast; ` +
      "to stretch it, spread its values over the whole range in the program that made it",
  ];
}
