/**
 * Any number of the network, opened into its terms, and each of these into its own, down to the pixels of the photo:
 * what evidence/arithmetic.py says, from the numbers of this page.
 */
import { counted, reach } from "./run.js";

/** @import { Layer } from "../types.js" */
/** @import { Affine, Maps, PhotoGeometry, Step, Weights } from "./types.js" */

/**
 * @typedef {{layer: string, channel: number, cell: [number, number], weight: number, value: number}} Term
 * @typedef {{kind: string, bias: number, terms: Term[], formula?: string}} Opened
 * @typedef {{height: number, width: number, pixels: Uint8Array}} Picture
 *
 * @typedef {object} Source Where the numbers are.
 * @property {string} input The network's input, by name.
 * @property {Layer[]} layers
 * @property {Record<string, Step>} graphSpec
 * @property {(layer: string) => Maps} maps Also of the input.
 * @property {(layer: string) => Weights} weights
 * @property {string} preset
 * @property {Affine} affine
 * @property {Picture} cropped The pixel values 0–255 that the network's input was made of.
 * @property {PhotoGeometry} geometry
 * @property {Picture | null} pixels The photo's, in the rows and columns that are blended.
 */

const [RESIZED, PHOTO] = ["resized", "photo"];

/** @param {Term} term */
const product = ({ weight, value }) => weight * value;
/** @param {Term[]} terms */
const sumOf = (terms) => terms.reduce((sum, term) => sum + product(term), 0);

/** @param {string} layer @param {number[]} shape @param {number[]} place */
function check(layer, shape, place) {
  ["channel", "row", "column"].forEach((what, axis) => {
    const [number, size] = [Number(place[axis]), Number(shape[axis])];
    if (!(number >= 0 && number < size)) throw new RangeError(`${layer} has no ${what} ${number}; there are ${size}, counted from 0`);
  });
}

/** @param {Maps} maps @param {number} channel @param {[number, number]} cell */
const read = ({ shape: [, height, width], values }, channel, [y, x]) => /** @type {number} */ (values[(channel * height + y) * width + x]);

/** @param {Picture} picture @param {number} colour @param {[number, number]} cell */
const pixelValue = ({ width, pixels }, colour, [y, x]) => /** @type {number} */ (pixels[3 * (y * width + x) + colour]);

/** @param {Source} source @param {string} layer @param {number} channel @param {[number, number]} cell @param {number} weight @returns {Term} */
const termOf = (source, layer, channel, cell, weight) => ({ layer, channel, cell, weight, value: read(source.maps(layer), channel, cell) });

/** @param {Source} source @param {Layer} layer @param {number} channel @param {[number, number]} cell @returns {Opened} */
function convolution(source, layer, channel, cell) {
  const step = /** @type {Step} */ (source.graphSpec[layer.name]);
  const name = /** @type {string} */ (layer.inputs[0]);
  const { shape: [count, inner, rows, columns], kernels, bias } = source.weights(layer.name);
  const first = Math.floor(channel / (count / (step.group ?? 1))) * inner; // a group reads channels of its own
  const [, height, width] = source.maps(name).shape;
  const terms = [];
  for (const { place: dy, at: y } of reach(step, 0, cell[0], height)) {
    for (const { place: dx, at: x } of reach(step, 1, cell[1], width)) {
      for (let c = 0; c < inner; c += 1) {
        const weight = /** @type {number} */ (kernels[((channel * inner + c) * rows + dy) * columns + dx]);
        terms.push(termOf(source, name, first + c, [y, x], weight));
      }
    }
  }
  return { kind: "sum", bias: /** @type {number} */ (bias[channel]), terms };
}

/** @param {Source} source @param {Layer} layer @param {number} channel @param {[number, number]} cell @returns {Opened} */
function pooling(source, layer, channel, cell) {
  const step = /** @type {Step} */ (source.graphSpec[layer.name]);
  const name = /** @type {string} */ (layer.inputs[0]);
  const [, height, width] = source.maps(name).shape;
  const cells = reach(step, 0, cell[0], height).flatMap(({ at: y }) =>
    reach(step, 1, cell[1], width).map(({ at: x }) => /** @type {[number, number]} */ ([y, x])),
  );
  const count = step.include_pad ? counted(step, 0, cell[0], height) * counted(step, 1, cell[1], width) : cells.length;
  const terms = cells.map((at) => termOf(source, name, channel, at, step.op === "MaxPool" ? 0 : 1 / count));
  if (step.op === "MaxPool") terms.reduce((best, term) => (term.value > best.value ? term : best)).weight = 1;
  return { kind: step.op === "MaxPool" ? "max" : "mean", bias: 0, terms };
}

/** @param {Source} source @param {Layer} layer @param {number} channel @param {[number, number]} cell @returns {Opened} */
function opened(source, layer, channel, cell) {
  const { op } = /** @type {Step} */ (source.graphSpec[layer.name]);
  const name = /** @type {string} */ (layer.inputs[0]);
  if (op === "Conv") return convolution(source, layer, channel, cell);
  if (op === "MaxPool" || op === "AveragePool") return pooling(source, layer, channel, cell);
  if (op === "Concat") {
    let rest = channel;
    for (const part of layer.inputs) {
      const [count] = source.maps(part).shape;
      if (rest < count) return { kind: "copy", bias: 0, terms: [termOf(source, part, rest, cell, 1)] };
      rest -= count;
    }
  }
  if (op === "Add") return { kind: "sum", bias: 0, terms: layer.inputs.map((part) => termOf(source, part, channel, cell, 1)) };
  if (op === "Relu") return { kind: "function", bias: 0, terms: [termOf(source, name, channel, cell, 1)], formula: "max(0, x)" };
  if (op === "GlobalMaxPool") {
    const [, height, width] = source.maps(name).shape;
    const terms = Array.from({ length: height * width }, (_, at) => termOf(source, name, channel, [Math.floor(at / width), at % width], 0));
    terms.reduce((best, term) => (term.value > best.value ? term : best)).weight = 1;
    return { kind: "max", bias: 0, terms };
  }
  if (op === "GlobalAveragePool") {
    const [, height, width] = source.maps(name).shape;
    const terms = Array.from({ length: height * width }, (_, at) => termOf(source, name, channel, [Math.floor(at / width), at % width], 1 / (height * width)));
    return { kind: "mean", bias: 0, terms };
  }
  if (op === "Softmax") {
    return { kind: "softmax", bias: 0, terms: Array.from({ length: layer.shape[0] ?? 0 }, (_, at) => termOf(source, name, at, [0, 0], 1)) };
  }
  throw new RangeError(`${layer.name}: a layer of the kind '${layer.kind}' is not opened into terms`);
}

/** The two pixels beside a place, with what each counts; at the photo's edge they are one. @param {number} centre @param {number} size @returns {[number, number][]} */
function beside(centre, size) {
  const first = Math.floor(centre - 0.5);
  const share = centre - 0.5 - first;
  const [left, right] = [Math.min(size - 1, Math.max(0, first)), Math.min(size - 1, Math.max(0, first + 1))];
  return left === right ? [[left, 1]] : [[left, 1 - share], [right, share]];
}

/** A pixel value of the resized photo, as a blend of the photo's own pixels. @param {Source} source @param {number} colour @param {[number, number]} cell @returns {Opened} */
function blend({ geometry, pixels, cropped, preset }, colour, cell) {
  const [[width, height], [across, down], [left, top, cropWidth]] = [geometry.original, geometry.resized, geometry.crop];
  const column = geometry.is_flipped ? cropWidth - (cell[1] + 0.5) : cell[1] + 0.5;
  const [x, y] = [((column + left) * width) / across, ((cell[0] + 0.5 + top) * height) / down];
  const [x0, y0, x1, y1] = geometry.filled;
  if (!(x0 <= cell[1] && cell[1] < x1 && y0 <= cell[0] && cell[0] < y1)) return { kind: "blend", bias: pixelValue(cropped, colour, cell), terms: [] }; // padding
  if (geometry.problem) throw new RangeError(geometry.problem);
  if (!pixels) throw new RangeError(`of this photo, the file holds only the pixels that another preprocessing blends, not those of '${preset}'`);
  const [xs, ys] = geometry.is_whole
    ? [/** @type {[number, number][]} */ ([[Math.trunc(x), 1]]), /** @type {[number, number][]} */ ([[Math.trunc(y), 1]])]
    : [beside(x, width), beside(y, height)];
  const terms = ys.flatMap(([row, wy]) =>
    xs.map(([at, wx]) => {
      const place = /** @type {[number, number]} */ ([(geometry.rows ?? []).indexOf(row), (geometry.columns ?? []).indexOf(at)]);
      return { layer: PHOTO, channel: colour, cell: /** @type {[number, number]} */ ([row, at]), weight: wy * wx, value: pixelValue(pixels, colour, place) };
    }),
  );
  return { kind: "blend", bias: 0, terms: terms.filter(({ weight }) => weight) };
}

/** @param {Opened} what @param {number} channel */
function totalOf({ kind, bias, terms }, channel) {
  if (kind === "function") return Math.max(0, terms[0]?.value ?? NaN); // of one number, the page computes ReLU only
  if (kind !== "softmax") return bias + sumOf(terms);
  const largest = terms.reduce((most, term) => Math.max(most, term.value), -Infinity);
  const own = terms.find((term) => term.channel === channel)?.value ?? NaN;
  return Math.exp(own - largest) / terms.reduce((sum, term) => sum + Math.exp(term.value - largest), 0);
}

/**
 * Open one number: what `Calculation.to_dict(count)` says in Python.
 * @param {Source} source
 * @param {string} name A layer, the network's input, or "resized": a pixel value, of the colour 0 red, 1 green, 2 blue.
 * @param {number} channel
 * @param {[number, number]} cell y, x
 * @param {number | null} count How many terms to name; all by default.
 * @throws {RangeError} There is no such number, or it is not opened further.
 */
export function open(source, name, channel, cell, count) {
  const layer = source.layers.find((other) => other.name === name);
  /** @type {Opened} */
  let what;
  let value;
  if (name === RESIZED) {
    check(name, [3, source.cropped.height, source.cropped.width], [channel, ...cell]);
    what = blend(source, channel, cell);
    value = pixelValue(source.cropped, channel, cell);
  } else if (name === source.input) {
    check(name, source.maps(name).shape, [channel, ...cell]);
    const { slope, offset, rgb } = source.affine;
    const colour = Number(rgb[channel]);
    const term = { layer: RESIZED, channel: colour, cell, weight: Number(slope[channel]), value: pixelValue(source.cropped, colour, cell) };
    what = { kind: "scaling", bias: Number(offset[channel]), terms: [term] };
    value = read(source.maps(name), channel, cell);
  } else {
    if (!layer) throw new RangeError(`no layer is called '${name}'`);
    check(name, source.maps(name).shape, [channel, ...cell]);
    what = opened(source, layer, channel, cell);
    value = read(source.maps(name), channel, cell);
  }
  const terms = [...what.terms].sort((a, b) => Math.abs(product(b)) - Math.abs(product(a)));
  const total = totalOf(what, channel);
  const hasRelu = Boolean(layer?.pre_relu);
  const named = terms.slice(0, count ?? terms.length);
  return {
    layer: name,
    channel,
    cell,
    kind: what.kind,
    formula: what.formula ?? "",
    value,
    bias: what.bias,
    has_relu: hasRelu,
    total,
    residual: value - (hasRelu ? Math.max(0, total) : total),
    count: terms.length,
    terms: named.map((term) => ({ ...term, product: product(term) })),
    remainder: sumOf(terms.slice(named.length)),
  };
}
