/** Attributions as one number a pixel or cell, and what full colour stands for: as ../../../../../report has it. */
import type { Attribution } from "../../../store/types.ts";

/** How an attribution over pixels is drawn: brought together, over the photo; each colour for itself; or by size. */
export type Form = "photo" | "colours" | "sizes";

/** Of a few pixels far larger than all others, nothing would be seen of the others. */
const SHARE = 0.995;

/** One number a pixel, or a cell. */
export function cellsOf({ values, shape: [channels, height, width], layer, reduction }: Attribution): Float32Array {
  if (layer !== null || channels === 1) return values;
  const size = height * width;
  return Float32Array.from({ length: size }, (_, at) => {
    let [sum, largest] = [0, 0];
    for (let channel = 0; channel < channels; channel += 1) {
      const value = values[channel * size + at] as number;
      sum += value;
      largest = Math.max(largest, Math.abs(value));
    }
    return reduction === "sum" ? sum : largest;
  });
}

export interface FullColour {
  most: number;
  /** Whether there are sizes beyond it. */
  isBeyond: boolean;
}

/** What full colour stands for: of cells the largest size; of pixels that of which one in two hundred is larger. */
export function fullColour(values: Float32Array, isOfPixels: boolean): FullColour {
  const sizes = values.map(Math.abs).sort();
  const largest = sizes.at(-1) ?? 0;
  const at = SHARE * (sizes.length - 1);
  const [below, above] = [sizes[Math.floor(at)] ?? 0, sizes[Math.ceil(at)] ?? 0];
  const most = below + (above - below) * (at - Math.floor(at));
  return isOfPixels && most > 0 && most < largest ? { most, isBeyond: true } : { most: largest, isBeyond: false };
}

/** The pixel of a value for each of red, green and blue: grey for none, lighter for more, darker for less. */
export function signedColours({ values, shape: [, height, width] }: Attribution, most: number, at: number): number {
  const size = height * width;
  const level = (channel: number) => shade(0.5 + (most ? (values[channel * size + at] ?? 0) / (2 * most) : 0));
  return 0xff000000 | (level(2) << 16) | (level(1) << 8) | level(0);
}

/** White for the largest sizes, black for none. */
export function sizePixel(value: number, most: number): number {
  const level = shade(most ? Math.abs(value) / most : 0);
  return 0xff000000 | (level << 16) | (level << 8) | level;
}

const shade = (share: number): number => Math.round(255 * Math.min(1, Math.max(0, share)));
