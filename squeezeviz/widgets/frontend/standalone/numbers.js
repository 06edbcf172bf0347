/** A file's numbers as they are needed: weights and pictures unpacked once, layers computed where nobody has before. */
import { numbers, picture } from "./bytes.js";
import { run, shapeOf } from "./run.js";

/** @import { Layer } from "../types.js" */
/** @import { Contents, PagePhoto, Maps, Preprocessed, Weights } from "./types.js" */
/** @import { Picture } from "./arithmetic.js" */

const MOST_RUNS = 3; // every layer of one photo takes 12 MB
const BREATH_MS = 12; // of work at a time: the pointer is followed meanwhile

/**
 * @typedef {object} Run One photo in one preprocessing, on its way through the network or all the way.
 * @property {Layer[]} layers
 * @property {Preprocessed} preprocessed
 * @property {Picture} cropped
 * @property {Map<string, Maps>} maps Of the layers so far, and of the input.
 * @property {(layer: string) => Promise<Maps>} layer
 * @property {Promise<void>} whole Compared with Python's values, too.
 *
 * @typedef {{layer: string, size: number}} Difference The largest from Python's values, of the layer's largest.
 */

/** After whatever the browser has to do first. A timer would wait for 4 ms each time. */
const moment = () =>
  /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve();
      channel.port2.postMessage(null);
    })
  );

/** What the network gets, from pixel values 0–255: in single precision at each step, as Python does it. @param {Picture} cropped @param {import("./types.js").Affine} affine @returns {Maps} */
export function inputOf({ height, width, pixels }, { slope, offset, rgb }) {
  const values = new Float32Array(rgb.length * height * width);
  rgb.forEach((colour, channel) => {
    for (let at = 0; at < height * width; at += 1) {
      const scaled = Math.fround(/** @type {number} */ (pixels[3 * at + colour]) * Number(slope[channel]));
      values[channel * height * width + at] = scaled + Number(offset[channel]);
    }
  });
  return { shape: [rgb.length, height, width], values };
}

/** @param {Contents} contents @param {() => void} changed Called when there is more to say of `state`. */
export function createNumbers(contents, changed) {
  /** @type {Map<string, Promise<Weights>>} */
  const weights = new Map();
  /** @type {Map<string, Weights>} */
  const here = new Map();
  /** @type {Map<string, Promise<Run>>} */
  const runs = new Map();
  /** @type {Run[]} the latest goes first */
  const underWay = [];
  const state = {
    layers: 0,
    done: 0,
    ms: 0,
    /** @type {Difference} */
    difference: { layer: "", size: 0 },
    compared: 0, // numbers
    problem: "",
  };

  /** @param {string} layer @returns {Promise<Weights>} */
  const weightsOf = async (layer) => {
    const { shape, block } = contents.weights[layer] ?? {};
    if (!shape || block === undefined) throw new RangeError(`${layer} has no kernels: expected a convolution`);
    const known = weights.get(layer);
    if (known) return known;
    const unpacking = numbers(block).then((both) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const found = { shape, kernels: both.subarray(0, size), bias: both.subarray(size) };
      here.set(layer, found);
      return found;
    });
    weights.set(layer, unpacking);
    return unpacking;
  };

  /** @param {string} layer @param {number} difference @param {number} largest */
  const note = (layer, difference, largest) => {
    state.compared += 1;
    const size = difference / (largest || 1);
    if (!(size <= state.difference.size)) state.difference = { layer, size };
  };

  /** Compare what was computed here with what Python computed. @param {Run} made */
  const compare = async ({ layers, preprocessed, maps }) => {
    if (preprocessed.statistics !== null) {
      const theirs = await numbers(preprocessed.statistics);
      let at = 0;
      for (const layer of layers) {
        const { shape: [channels, height, width], values } = /** @type {Maps} */ (maps.get(layer.name));
        const cells = height * width;
        const all = theirs.subarray(at, at + 2 * channels);
        const largest = all.subarray(0, channels).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
        at += 2 * channels;
        for (let channel = 0; channel < channels; channel += 1) {
          const map = values.subarray(channel * cells, (channel + 1) * cells);
          let [most, sum] = [-Infinity, 0];
          for (const number of map) {
            if (number > most) most = number;
            sum += number;
          }
          note(layer.name, Math.abs(most - /** @type {number} */ (all[channel])), largest);
          note(layer.name, Math.abs(sum / cells - /** @type {number} */ (all[channels + channel])), largest);
        }
      }
    }
    if (preprocessed.windows === 1) {
      const theirs = await numbers(preprocessed.logits);
      const ours = /** @type {Maps} */ (maps.get(contents.model.logits)).values;
      const largest = theirs.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      theirs.forEach((logit, index) => note(contents.model.logits, Math.abs(logit - /** @type {number} */ (ours[index])), largest));
    }
  };

  /** @param {PagePhoto} photo @param {string} preset @returns {Promise<Run>} */
  const begin = async (photo, preset) => {
    const preprocessed = /** @type {Preprocessed} */ (photo.preprocessed[preset]);
    const cropped = await picture(preprocessed.cropped);
    const layers = /** @type {Layer[]} */ (preprocessed.message["layers"] ?? contents.model.layers);
    const input = inputOf(cropped, /** @type {import("./types.js").Affine} */ (contents.affine[preset]));
    /** @type {Map<string, (maps: Maps) => void>} */
    const waiting = new Map();
    const coming = new Map(layers.map(({ name }) => [name, /** @type {Promise<Maps>} */ (new Promise((resolve) => waiting.set(name, resolve)))]));
    /** @type {Run} */
    const made = {
      layers,
      preprocessed,
      cropped,
      maps: new Map([[contents.input, input]]),
      layer: async (name) => {
        if (!made.maps.has(name)) await Promise.race([coming.get(name) ?? null, made.whole]);
        const maps = made.maps.get(name);
        if (!maps) throw new RangeError(`no layer is called '${name}'`);
        return maps;
      },
      whole: Promise.resolve(),
    };
    const start = performance.now();
    let since = start;
    const rest = async () => {
      await moment();
      for (let top = underWay.at(-1); top && top !== made; top = underWay.at(-1)) await top.whole.catch(() => undefined);
      since = performance.now();
    };
    const breathe = () => (underWay.at(-1) === made && performance.now() - since < BREATH_MS ? null : rest());
    /** @param {string} name @param {Maps} maps */
    const done = (name, maps) => {
      made.maps.set(name, maps);
      waiting.get(name)?.(maps);
      Object.assign(state, { layers: layers.length, done: made.maps.size - 1, ms: 0 });
      changed();
    };
    const go = async () => {
      try {
        await run(layers, contents.graph_spec, { name: contents.input, maps: input }, weightsOf, done, breathe);
        state.ms = performance.now() - start;
      } finally {
        underWay.splice(underWay.indexOf(made), 1);
      }
      await compare(made);
      changed();
    };
    underWay.push(made);
    made.whole = go();
    made.whole.catch((/** @type {unknown} */ problem) => {
      state.problem = String(problem);
      changed();
    });
    return made;
  };

  return {
    state,
    shapeOf,
    weightsOf,
    /** Those that have been unpacked: all, once a photo went through. @param {string} layer */
    weightsHere: (layer) => /** @type {Weights} */ (here.get(layer)),
    /** One photo's way through the network; begun if nobody has. @param {PagePhoto} photo @param {string} preset @returns {Promise<Run>} */
    run: (photo, preset) => {
      const key = `${photo.id}\n${preset}`;
      const known = runs.get(key) ?? begin(photo, preset);
      runs.delete(key); // to the end: the longest unused goes first
      runs.set(key, known);
      for (const old of [...runs.keys()].slice(0, -MOST_RUNS)) runs.delete(old);
      return known;
    },
  };
}
