/** A network, layer by layer, from its input to its probabilities. */
import { convolution } from "./convolution.js";

/** @import { Layer } from "../store/types.ts" */
/** @import { Maps, Step, Weights } from "./types.js" */

/** @param {Float32Array} values @param {number} at */
const value = (values, at) => /** @type {number} */ (values[at]);

/** Channels, height, width; one cell where a channel is one number. @param {Layer} layer @returns {[number, number, number]} */
export const shapeOf = ({ shape }) => [shape[0] ?? 1, shape[1] ?? 1, shape[2] ?? 1];

/**
 * The cells of its input that a window covers, along one axis: nothing beyond the edge.
 * @param {Step} step @param {0 | 1} axis @param {number} cell @param {number} size Of the input.
 * @returns {{place: number, at: number}[]} Places within the window, and what lies there.
 */
export function reach(step, axis, cell, size) {
  const start = cell * step.strides[axis] - step.pads[axis];
  const all = Array.from({ length: step.kernel[axis] }, (_, place) => ({ place, at: start + place * step.dilations[axis] }));
  return all.filter(({ at }) => at >= 0 && at < size);
}

/**
 * How many of a window's places count along an axis where padding does: one that was rounded up to may jut out further.
 * @param {Step} step @param {0 | 1} axis @param {number} cell @param {number} size Of the input.
 */
export function counted(step, axis, cell, size) {
  const start = cell * step.strides[axis] - step.pads[axis];
  const end = size + step.pads[axis === 0 ? 2 : 3];
  return Array.from({ length: step.kernel[axis] }, (_, place) => start + place * step.dilations[axis]).filter((at) => at < end).length;
}

/** @param {Maps} source @param {Step} step @param {[number, number, number]} shape */
function pooling(source, step, shape) {
  const [channels, height, width] = shape;
  const [, rows, columns] = source.shape;
  const made = new Float32Array(channels * height * width);
  const [down, right] = [Array.from({ length: height }, (_, y) => reach(step, 0, y, rows)), Array.from({ length: width }, (_, x) => reach(step, 1, x, columns))];
  const isMax = step.op === "MaxPool";
  const [tall, wide] = [Array.from({ length: height }, (_, y) => counted(step, 0, y, rows)), Array.from({ length: width }, (_, x) => counted(step, 1, x, columns))];
  let to = 0;
  for (let channel = 0; channel < channels; channel += 1) {
    const plane = channel * rows * columns;
    for (const [y_, ys] of down.entries()) {
      for (const [x_, xs] of right.entries()) {
        let largest = -Infinity;
        let sum = 0;
        for (const { at: y } of ys) {
          for (const { at: x } of xs) {
            const found = value(source.values, plane + y * columns + x);
            if (found > largest) largest = found;
            sum += found;
          }
        }
        made[to] = isMax ? largest : sum / (step.include_pad ? Number(tall[y_]) * Number(wide[x_]) : ys.length * xs.length);
        to += 1;
      }
    }
  }
  return made;
}

/** One number for each channel's whole map. @param {Maps} source @param {boolean} isMax */
function whole({ shape: [channels, height, width], values }, isMax) {
  const cells = height * width;
  return Float32Array.from({ length: channels }, (_, channel) => {
    const map = values.subarray(channel * cells, (channel + 1) * cells);
    return isMax ? map.reduce((a, b) => Math.max(a, b), -Infinity) : map.reduce((a, b) => a + b, 0) / cells;
  });
}

/** @param {Float32Array} logits */
function softmax(logits) {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return Float32Array.from(powers, (power) => power / sum);
}

/** @param {Maps[]} parts */
function joined(parts) {
  const made = new Float32Array(parts.reduce((sum, { values }) => sum + values.length, 0));
  let to = 0;
  for (const { values } of parts) {
    made.set(values, to);
    to += values.length;
  }
  return made;
}

/**
 * Compute every layer, in their order.
 * @param {Layer[]} layers Of shapes as this input makes them.
 * @param {Record<string, Step>} graphSpec
 * @param {{name: string, maps: Maps}} input
 * @param {(layer: string) => Promise<Weights>} weightsOf
 * @param {(layer: string, maps: Maps) => void} done Called after each.
 * @param {() => Promise<void> | null} breathe Called often; what it returns is waited for.
 */
export async function run(layers, graphSpec, input, weightsOf, done, breathe) {
  const known = new Map([[input.name, input.maps]]);
  for (const layer of layers) {
    const step = /** @type {Step} */ (graphSpec[layer.name]);
    const sources = layer.inputs.map((name) => /** @type {Maps} */ (known.get(name)));
    const first = /** @type {Maps} */ (sources[0]);
    const shape = shapeOf(layer);
    /** @type {Float32Array} */
    let values;
    if (step.op === "Conv") values = await convolution(first, step, await weightsOf(layer.name), shape, breathe);
    else if (step.op === "MaxPool" || step.op === "AveragePool") values = pooling(first, step, shape);
    else if (step.op === "GlobalAveragePool" || step.op === "GlobalMaxPool") values = whole(first, step.op === "GlobalMaxPool");
    else if (step.op === "Concat") values = joined(sources);
    else if (step.op === "Add") values = first.values.map((number, at) => number + value(/** @type {Maps} */ (sources[1]).values, at));
    else if (step.op === "Relu") values = first.values.slice();
    else if (step.op === "Softmax") values = softmax(first.values);
    else throw new Error(`${layer.name}: this page does not know the operator ${step.op}`);
    if ((step.relu || step.op === "Relu") && step.op !== "Conv") values = values.map((number) => Math.max(0, number));
    const maps = { shape, values };
    known.set(layer.name, maps);
    done(layer.name, maps);
    const pause = breathe();
    if (pause) await pause;
  }
}
