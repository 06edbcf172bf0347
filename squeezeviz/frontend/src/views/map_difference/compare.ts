/** Two layers' maps, cell by cell. */
import type { Tensor } from "../../store/types.ts";

export const areAlike = (here: Tensor, there: Tensor): boolean =>
  here.shape.every((size, axis) => size === there.shape[axis]);

/** By how much each channel has moved, ‖difference‖; and the channels, the furthest first. */
export function movements(here: Tensor, there: Tensor): { order: number[]; moved: Float64Array } {
  const [channels, height, width] = here.shape;
  const cells = height * width;
  const moved = new Float64Array(channels);
  for (let channel = 0; channel < channels; channel += 1) {
    let sum = 0;
    for (let at = channel * cells; at < (channel + 1) * cells; at += 1) {
      sum += ((there.values[at] ?? 0) - (here.values[at] ?? 0)) ** 2;
    }
    moved[channel] = Math.sqrt(sum);
  }
  const order = [...moved.keys()].sort((a, b) => (moved[b] ?? 0) - (moved[a] ?? 0) || a - b);
  return { order, moved };
}

/** Second less first. */
export function difference(first: Float32Array, second: Float32Array): Float32Array {
  return first.map((value, at) => (second[at] ?? 0) - value);
}

export const largestOf = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
