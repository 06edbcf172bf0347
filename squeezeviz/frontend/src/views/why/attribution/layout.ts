/** Attributions as one number a pixel or cell, and as colours. */
import type { Attribution } from "../../../store/types.ts";

/** How an attribution over pixels is drawn: brought together, over the photo; each colour for itself; or by size. */
export type Form = "photo" | "colours" | "sizes";

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
