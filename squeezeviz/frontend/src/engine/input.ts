/** What the network gets, and what of it can be seen. */
import { at as read } from "./numbers.ts";
import type { Affine, Maps, Picture } from "./types.ts";

/** From pixel values 0–255: in single precision at each step, as Python does it. */
export function inputOf({ height, width, pixels }: Picture, { slope, offset, rgb }: Affine): Maps {
  const cells = height * width;
  const values = new Float32Array(rgb.length * cells);
  rgb.forEach((colour, channel) => {
    const [factor, shift, first] = [Number(slope[channel]), Number(offset[channel]), channel * cells];
    for (let at = 0; at < cells; at += 1) {
      values[first + at] = Math.fround((pixels[3 * at + colour] as number) * factor) + shift;
    }
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

/** Each channel's largest value, mean and share of zeros: (3, C). */
export function statistics({ shape: [channels, height, width], values }: Maps): Float32Array<ArrayBuffer> {
  const cells = height * width;
  const found = new Float32Array(3 * channels);
  for (let channel = 0; channel < channels; channel += 1) {
    let [most, sum, zeros] = [-Infinity, 0, 0];
    for (let at = channel * cells; at < (channel + 1) * cells; at += 1) {
      const number = read(values, at);
      most = Math.max(most, number); // NaN where one is, as NumPy has it
      if (number === 0) zeros += 1;
      sum += number;
    }
    found[channel] = most;
    found[channels + channel] = sum / cells;
    found[2 * channels + channel] = zeros / cells;
  }
  return found;
}
