/** Questions about a network's layers, and where their cells lie in the input. */
import type { Layer, Network } from "./types.ts";

/** The first convolution where there is none of that name: padding and scaling before it show no more than the image. */
export function layerNamed(network: Network, name: string): Layer | null {
  const { layers } = network;
  const convolution = () => layers.find(({ kind }) => kind.includes("convolution"));
  return layers.find((layer) => layer.name === name) ?? convolution() ?? layers[0] ?? null;
}

/** A branch of a concatenation, with the channels that it contributes: from, to − 1. */
export interface Branch {
  layer: Layer;
  from: number;
  to: number;
}

/** The branches of a concatenation; of any other layer, itself. */
export function branches(network: Network, layer: Layer): Branch[] {
  const itself = [{ layer, from: 0, to: layer.shape[0] ?? 0 }];
  if (layer.kind !== "concatenation") return itself;
  let from = 0;
  const parts = layer.inputs.map((name) => {
    const input = layerNamed(network, name) as Layer;
    const part = { layer: input, from, to: from + (input.shape[0] ?? 0) };
    from = part.to;
    return part;
  });
  // Constants among its inputs, or rows joined: then its channels are not theirs.
  const [count, height, width] = layer.shape;
  const isJoined = from === count && parts.every(({ layer: { shape } }) => shape[1] === height && shape[2] === width);
  return isJoined ? parts : itself;
}

/** The layer that a channel comes from: within a concatenation, one of its branches. */
export function branchOf(network: Network, layer: Layer, channel: number): Layer {
  return branches(network, layer).find(({ from, to }) => from <= channel && channel < to)?.layer ?? layer;
}

/** The convolutions that read a channel next, through pooling and concatenation, and which of their inputs it is. */
export function consumers(network: Network, layer: Layer, channel: number): { layer: Layer; channel: number }[] {
  return network.layers
    .filter(({ inputs }) => inputs.includes(layer.name))
    .flatMap((next) => {
      if (next.kind === "convolution") return [{ layer: next, channel }];
      if (next.sees_all) return []; // of each channel one number, or none: it is no channel of a map any more
      const from = branches(network, next).find(({ layer: { name } }) => name === layer.name)?.from ?? 0;
      return consumers(network, next, channel + from);
    });
}

/** A size, height and width, as people write it: one number where both are the same. */
export const sizeText = ([height, width]: [number, number]): string =>
  height === width ? `${height}` : `${height} × ${width}`;

/** What a layer's cells see, from the smallest path to all together, in input pixels; [0, 0] where it is not known. */
export function fieldsOf({ receptive_fields: sizes }: Layer): { least: [number, number]; most: [number, number] } {
  return { least: sizes[0] ?? [0, 0], most: sizes.at(-1) ?? [0, 0] };
}

/**
 * Where a layer's cells lie: input pixels from one to the next, and the centre of what the first one sees, along y and x;
 * null where that is not known.
 */
export function lies({ stride, offset }: Layer): { stride: [number, number]; offset: [number, number] } | null {
  return stride && offset ? { stride, offset } : null;
}

/**
 * The input pixels that a cell sees through a path, along one axis: [first, last + 1), cut off at the input's edge.
 *
 * @param axis 0 down, 1 to the right.
 * @param index Of the cell.
 * @param size Of the path's receptive field.
 * @param limit Size of the input.
 */
export function span(layer: Layer, axis: 0 | 1, index: number, size: number, limit: number): [number, number] {
  const where = lies(layer);
  if (size >= limit || layer.sees_all || !where) return [0, limit];
  const first = where.offset[axis] + where.stride[axis] * index - (size - 1) / 2;
  return [Math.max(0, first), Math.min(limit, first + size)];
}

/** A layer's name within its module, as people write it. */
export function shortName({ name, module, branch }: Layer): string {
  // A program may call the join as its module, or give layers no names that tell one.
  const isInside = module && name.startsWith(module) && name.length > module.length;
  const short = isInside ? name.slice(module.length + 1) : module ? (branch ?? name) : name;
  return short.replace(/(\d)x(\d)/, " $1×$2");
}

export const times = (shape: number[]): string => shape.join(" × ");

export const isConvolution = ({ layer: { kind } }: Branch) => kind === "convolution";

/** Whether a layer's channels are made by kernels. */
export const hasKernels = (network: Network, layer: Layer) => branches(network, layer).some(isConvolution);
