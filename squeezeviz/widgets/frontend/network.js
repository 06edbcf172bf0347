/** Questions about a network's layers, and where their cells lie in the input. */

/** @import { Layer, Network } from "./types.js" */

/** @param {Network} network @param {string} name @returns {Layer | null} Another one where there is none of that name. */
export function layerNamed(network, name) {
  return network.layers.find((layer) => layer.name === name) ?? network.layers[0] ?? null;
}

/**
 * The branches of a concatenation, with the channels that each contributes; of any other layer, itself.
 * @param {Network} network
 * @param {Layer} layer
 * @returns {{layer: Layer, from: number, to: number}[]}
 */
export function branches(network, layer) {
  const itself = [{ layer, from: 0, to: layer.shape[0] ?? 0 }];
  if (layer.kind !== "concatenation") return itself;
  let from = 0;
  const parts = layer.inputs.map((name) => {
    const input = /** @type {Layer} */ (layerNamed(network, name));
    const part = { layer: input, from, to: from + (input.shape[0] ?? 0) };
    from = part.to;
    return part;
  });
  // Constants among its inputs, or rows joined: then its channels are not theirs.
  const isJoined = from === layer.shape[0] && parts.every(({ layer: { shape } }) => shape[1] === layer.shape[1] && shape[2] === layer.shape[2]);
  return isJoined ? parts : itself;
}

/** The layer that a channel comes from: within a concatenation, one of its branches. @param {Network} network @param {Layer} layer @param {number} channel */
export function branchOf(network, layer, channel) {
  return branches(network, layer).find(({ from, to }) => from <= channel && channel < to)?.layer ?? layer;
}

/**
 * The convolutions that read a channel next, through pooling and concatenation, and which of their inputs it is.
 * @param {Network} network
 * @param {Layer} layer
 * @param {number} channel
 * @returns {{layer: Layer, channel: number}[]}
 */
export function consumers(network, layer, channel) {
  return network.layers
    .filter(({ inputs }) => inputs.includes(layer.name))
    .flatMap((next) => {
      if (next.kind === "convolution") return [{ layer: next, channel }];
      if (next.sees_all) return []; // of each channel one number, or none: it is no channel of a map any more
      const from = branches(network, next).find(({ layer: { name } }) => name === layer.name)?.from ?? 0;
      return consumers(network, next, channel + from);
    });
}

/** A size, height and width, as people write it: one number where both are the same. @param {[number, number]} size */
export const sizeText = ([height, width]) => (height === width ? `${height}` : `${height} × ${width}`);

/** What a layer's cells see, from the smallest path to all together, in input pixels; [0, 0] where it is not known. @param {Layer} layer @returns {{least: [number, number], most: [number, number]}} */
export function fieldsOf({ receptive_fields: sizes }) {
  return { least: sizes[0] ?? [0, 0], most: sizes.at(-1) ?? [0, 0] };
}

/** Where a layer's cells lie: input pixels from one to the next, and the centre of what the first one sees, along y and x. @param {Layer} layer @returns {{stride: [number, number], offset: [number, number]} | null} */
export function lies({ stride, offset }) {
  return stride && offset ? { stride, offset } : null;
}

/**
 * The input pixels that a cell sees through a path, along one axis: [first, last + 1), cut off at the input's edge.
 * @param {Layer} layer
 * @param {0 | 1} axis 0 down, 1 to the right.
 * @param {number} index Of the cell.
 * @param {number} size Of the path's receptive field.
 * @param {number} limit Size of the input.
 * @returns {[number, number]}
 */
export function span(layer, axis, index, size, limit) {
  const where = lies(layer);
  if (size >= limit || layer.sees_all || !where) return [0, limit];
  const first = where.offset[axis] + where.stride[axis] * index - (size - 1) / 2;
  return [Math.max(0, first), Math.min(limit, first + size)];
}

/** A layer's name within its module, as people write it. @param {Layer} layer */
export function shortName({ name, module, branch }) {
  // A program may call the join as its module, or give layers no names that tell one.
  const isInside = module && name.startsWith(module) && name.length > module.length;
  const short = isInside ? name.slice(module.length + 1) : module ? (branch ?? name) : name;
  return short.replace(/(\d)x(\d)/, " $1×$2");
}

/** @param {number[]} shape */
export const times = (shape) => shape.join(" × ");
