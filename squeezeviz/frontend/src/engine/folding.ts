/** Preprocessing is weights: means, scales and channel order folded into the first convolution, as evidence/effective_kernels.py. */
import { at as read } from "./numbers.ts";
import type { Affine, Maps, Picture, Step, Values, Weights } from "./types.ts";

/** For plain values 0–255; channels in the order red, green, blue. */
export interface Folded {
  shape: Weights["shape"];
  kernels: Values;
  bias: Float64Array;
}

/** Σ w·(s·v + o) + b = Σ (w·s)·v + (b + Σ w·o): exact, since without padding every window sees pixels only. */
export function folded({ shape, kernels, bias }: Weights, { slope, offset, rgb }: Affine): Folded {
  const [count, channels, height, width] = shape;
  const cells = height * width;
  const made = new Float32Array(kernels.length);
  const sums = Float64Array.from(bias);
  for (let kernel = 0; kernel < count; kernel += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      const [from, to] = [rgb.length * kernel + channel, channels * kernel + (rgb[channel] as number)];
      for (let cell = 0; cell < cells; cell += 1) {
        const weight = read(kernels, from * cells + cell);
        made[to * cells + cell] = weight * (slope[channel] as number);
        sums[kernel] = (sums[kernel] as number) + weight * (offset[channel] as number);
      }
    }
  }
  return { shape, kernels: made, bias: sums };
}

/** How far what these kernels make of the pixels is from the layer's own activation, at most; and the largest of that. */
export function proved(
  { shape: [count, channels, tall, wide], kernels, bias }: Folded,
  step: Step,
  { width, pixels }: Picture,
  { shape: [, rows, columns], values }: Maps,
): { difference: number; largest: number } {
  const [[down, right], [stepY, stepX]] = [step.dilations, step.strides];
  const found = { difference: 0, largest: 0 };
  for (let kernel = 0, place = 0; kernel < count; kernel += 1) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, place += 1) {
        let sum = bias[kernel] as number;
        let weight = kernel * channels * tall * wide;
        for (let channel = 0; channel < channels; channel += 1) {
          for (let y = 0; y < tall; y += 1) {
            let from = 3 * ((row * stepY + y * down) * width + column * stepX) + channel;
            for (let x = 0; x < wide; x += 1, from += 3 * right, weight += 1) {
              sum += read(kernels, weight) * (pixels[from] as number);
            }
          }
        }
        const direct = read(values, place);
        const difference = Math.abs((step.relu ? Math.max(0, sum) : sum) - direct);
        if (difference > found.difference) found.difference = difference;
        if (Math.abs(direct) > found.largest) found.largest = Math.abs(direct);
      }
    }
  }
  return found;
}
