/** How much one channel adds to another: on a map without edges, its mean times the sum of the kernel between them. */
import type { Weights } from "../../store/types.ts";

export interface Adds {
  channel: number;
  adds: number;
}

/** A kernel's weights, added up. */
export function kernelSum({ shape, kernels }: Weights, output: number, input: number): number {
  const taps = shape[2] * shape[3];
  const start = (output * shape[1] + input) * taps;
  return kernels.subarray(start, start + taps).reduce((sum, weight) => sum + weight, 0);
}

/** The largest, whatever their sign. */
export function largest(adds: ArrayLike<number>, count: number): Adds[] {
  return Array.from(adds, (each, channel) => ({ channel, adds: each }))
    .sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds))
    .slice(0, count);
}

/** The inputs that add most to an output. @param mean Of each input. */
export function strongestInputs(weights: Weights, mean: Float32Array, output: number, count: number): Adds[] {
  const adds = Float64Array.from(mean, (each, input) => each * kernelSum(weights, output, input));
  return largest(adds, count);
}

/** The outputs to which an input adds most. @param mean Of the input. */
export function strongestOutputs(weights: Weights, mean: number, input: number, count: number): Adds[] {
  const adds = Float64Array.from({ length: weights.shape[0] }, (_, output) => mean * kernelSum(weights, output, input));
  return largest(adds, count);
}
