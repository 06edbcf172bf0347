/** What the network gets, and what of it can be seen. */
import { at as read } from "./numbers.ts";
import type { Affine, Maps, Picture } from "./types.ts";

const LEVELS = 256;

/** What each pixel value 0–255 is in each channel of the input, (C, 256): in single precision at each step, as Python does it. */
function levelsOf({ slope, offset, rgb }: Affine): Float32Array<ArrayBuffer> {
  const levels = new Float32Array(LEVELS * rgb.length);
  for (let channel = 0, at = 0; channel < rgb.length; channel += 1) {
    const [factor, shift] = [Number(slope[channel]), Number(offset[channel])];
    for (let level = 0; level < LEVELS; level += 1, at += 1) levels[at] = Math.fround(level * factor) + shift;
  }
  return levels;
}

/** From pixel values 0–255. */
export function inputOf({ height, width, pixels }: Picture, affine: Affine): Maps {
  const { rgb } = affine;
  const cells = height * width;
  const values = new Float32Array(rgb.length * cells);
  const levels = levelsOf(affine);
  rgb.forEach((colour, channel) => {
    const [first, end] = [LEVELS * channel, (channel + 1) * cells];
    for (let to = channel * cells, from = colour; to < end; to += 1, from += 3)
      values[to] = levels[first + (pixels[from] as number)] as number;
  });
  return { shape: [rgb.length, height, width], values };
}

/**
 * The input as the model's own preprocessing reads it: half-way values go to the even neighbour, as in Python.
 *
 * @returns Red, green, blue and opacity, row by row.
 */
export function seenOf({ shape: [, height, width], values }: Maps, { slope, offset, rgb }: Affine) {
  const cells = height * width;
  const pixels = new Uint8ClampedArray(4 * cells).fill(255);
  for (const place of [0, 1, 2]) {
    const channel = rgb.length === 1 ? 0 : rgb.indexOf(place);
    const [factor, shift, first] = [Number(slope[channel]), Number(offset[channel]), channel * cells];
    for (let at = 0; at < cells; at += 1) {
      const plain = Math.fround(read(values, first + at) - shift);
      pixels[4 * at + place] = Math.fround(plain / factor); // this array clamps, and rounds so
    }
  }
  return { pixels, height, width };
}

/**
 * The same without the input itself: of the pixels that it was made of, and how.
 *
 * @returns Red, green, blue, row by row.
 */
export function seenIn({ height, width, pixels }: Picture, made: Affine, own: Affine): Uint8Array<ArrayBuffer> {
  const { pixels: levels } = seenOf({ shape: [own.rgb.length, 1, LEVELS], values: levelsOf(made) }, own);
  const colours = [0, 1, 2].map((place) => ({
    from: made.rgb[own.rgb.length === 1 ? 0 : own.rgb.indexOf(place)] as number,
    table: Uint8Array.from({ length: LEVELS }, (_, level) => levels[4 * level + place] as number),
  }));
  const isAsMade = colours.every(
    ({ from, table }, place) => from === place && table.every((to, level) => to === level),
  );
  if (isAsMade) return pixels.slice() as Uint8Array<ArrayBuffer>; // as a rule
  const seen = new Uint8Array(3 * height * width);
  colours.forEach(({ from, table }, place) => {
    for (let to = place, at = from; to < seen.length; to += 3, at += 3)
      seen[to] = table[pixels[at] as number] as number;
  });
  return seen;
}
