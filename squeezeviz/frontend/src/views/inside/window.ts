/** The window of a kernel on its way over its input: where it lies, and what is in it. */
import { branchOf } from "../../store/layers.ts";
import type { Calculation, Layer, Network, Tensor, Weights } from "../../store/types.ts";
import { amount } from "../../ui/format.ts";
import { precise } from "./words.ts";

/** A layer whose window can be followed. */
export interface Swept {
  layer: Layer;
  window: NonNullable<Layer["window"]>;
  /** The layer that it reads; null for the network's input. */
  before: Layer | null;
  /** Of its input: channels, rows, columns. */
  input: [number, number, number];
  /** Of its output: rows, columns. */
  output: [number, number];
}

/** What a number's window moves over; null where its layer has no window, or has no map. */
export function sweptOf(network: Network | null, { kind, layer: name, channel }: Calculation): Swept | null {
  const found = network?.layers.find((each) => each.name === name);
  if (!network || !found || (kind !== "sum" && kind !== "max")) return null;
  const { window, shape, inputs } = found;
  // A number of a concatenation is one of its branches'.
  if (branchOf(network, found, channel) !== found || !window || shape.length !== 3) return null;
  const before = network.layers.find((each) => each.name === inputs[0]) ?? null;
  const [channels = 1, rows = 1, columns = 1] = before?.shape ?? network.input;
  return { layer: found, window, before, input: [channels, rows, columns], output: [shape[1] ?? 1, shape[2] ?? 1] };
}

/** y, x of the output's cell that comes at a step of the sweep, row by row. */
export const cellOf = ({ output: [, columns] }: Swept, at: number): [number, number] => [
  Math.floor(at / columns),
  at % columns,
];

export const stepOf = ({ output: [, columns] }: Swept, [y, x]: readonly [number, number]): number => y * columns + x;

export const stepCount = ({ output: [rows, columns] }: Swept): number => rows * columns;

const SWEEP_MS = 14_000;

/** Where a sweep has come to that began at a step. */
export const sweptTo = (from: number, elapsedMs: number, count: number): number =>
  Math.min(count - 1, from + Math.floor((elapsedMs / SWEEP_MS) * count));

/** Of the window on the input, in cells; it may reach beyond the edge. */
export interface Place {
  top: number;
  left: number;
  height: number;
  width: number;
}

export function placeOf(swept: Swept, at: number): Place {
  const { kernel, strides, dilations, pads } = swept.window;
  const [y, x] = cellOf(swept, at);
  const size = (axis: 0 | 1) => (kernel[axis] - 1) * dilations[axis] + 1;
  return { top: y * strides[0] - pads[0], left: x * strides[1] - pads[1], height: size(0), width: size(1) };
}

/** A place of the kernel; null where it is beyond the edge, or not known. */
export interface Entry {
  value: number | null;
  weight: number | null;
}

export interface Numbers {
  /** Of the layer that it reads; null while it is on its way, and for the network's input. */
  values: Tensor | null;
  /** Of a sum; null while they are on their way. */
  weights: Weights | null;
  /** The channel that is looked at: of the input. */
  source: number;
  /** Of the output. */
  channel: number;
}

/** What is inside the window, and what it is multiplied by, row by row. */
export function entriesOf(swept: Swept, at: number, { values, weights, source, channel }: Numbers): Entry[] {
  const { kernel, dilations } = swept.window;
  const [channels, rows, columns] = swept.input;
  const { top, left } = placeOf(swept, at);
  return Array.from({ length: kernel[0] * kernel[1] }, (_, index) => {
    const [dy, dx] = [Math.floor(index / kernel[1]), index % kernel[1]];
    const [y, x] = [top + dy * dilations[0], left + dx * dilations[1]];
    const isInside = y >= 0 && x >= 0 && y < rows && x < columns;
    const value = values && isInside ? (values.values[(source * rows + y) * columns + x] ?? 0) : null;
    const start = weights && kernelAt(weights, channels, source, channel);
    const weight = weights && start != null ? (weights.kernels[start + index] ?? 0) : null;
    return { value, weight };
  });
}

/** Where the kernel of two channels begins; null where the output's reads others, in a convolution of groups. */
function kernelAt({ shape }: Weights, channels: number, source: number, channel: number): number | null {
  const [outputs, inputs, height, width] = shape;
  const group = Math.floor((channel * Math.round(channels / inputs)) / outputs);
  const own = source - group * inputs;
  return own >= 0 && own < inputs ? (channel * inputs + own) * height * width : null;
}

/** What comes of it, in words. @param value The number at the cell. */
export function saidOf(
  made: Calculation,
  entries: Entry[],
  value: number,
  inputs: number,
  cell: [number, number],
): string {
  const here = `cell ${cell[0]}, ${cell[1]}`;
  if (made.kind !== "sum") {
    const known = entries.filter((each) => each.value !== null).length;
    return known ? `${here}: the largest of ${known} values is ${amount(value)}` : `${here}: ${amount(value)}`;
  }
  if (entries.some(({ weight }) => weight === null) || entries.every((each) => each.value === null))
    return `${here}: ${amount(value)}`;
  const adds = entries.reduce((sum, each) => sum + (each.value ?? 0) * (each.weight ?? 0), 0);
  const parts = [inputs === 1 ? "it" : `all ${inputs} channels`, "bias", ...(made.has_relu ? ["ReLU"] : [])];
  const all = `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
  const shown = precise(adds, Math.max(Math.abs(adds), Math.abs(value)));
  return `${here}: this channel adds ${shown}; ${all} make ${amount(value)}`;
}
