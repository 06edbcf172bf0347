/**
 * What answers a page that has no kernel: the same messages as ../../state.py, from the numbers in the file. It is the
 * model that wire.js is given, so that everything above it is what it is in a notebook.
 */
import { bytes, numbers, picture } from "./bytes.js";
import { open } from "./arithmetic.js";
import { distance } from "./distance.js";
import { createNumbers, inputOf } from "./numbers.js";
import { softmax } from "../wire.js";

/** @import { Message } from "../protocol.js" */
/** @import { Affine, Contents, PagePhoto, Maps, Preprocessed } from "./types.js" */
/** @import { Picture } from "./arithmetic.js" */

/** @param {Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>} values */
const viewOf = ({ buffer, byteOffset, byteLength }) => new DataView(buffer, byteOffset, byteLength);

/** The network's input as the model's own preprocessing reads it: half-way values go to the even neighbour, as in Python. @param {Maps} input @param {Affine} own */
function seen({ shape: [, height, width], values }, { slope, offset, rgb }) {
  const pixels = new Uint8ClampedArray(4 * height * width).fill(255);
  rgb.forEach((colour, channel) => {
    for (let at = 0; at < height * width; at += 1) {
      const plain = Math.fround(/** @type {number} */ (values[channel * height * width + at]) - Number(offset[channel]));
      const level = Math.fround(plain / Number(slope[channel]));
      for (const place of rgb.length === 1 ? [0, 1, 2] : [colour]) pixels[4 * at + place] = level; // this array clamps, and rounds so
    }
  });
  return new ImageData(pixels, width, height);
}

/** @param {ImageData} image */
async function png(image) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  const blob = /** @type {Blob} */ (await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve, "image/png")));
  return new DataView(await blob.arrayBuffer());
}

/** Each channel's largest value, mean and share of zeros: float32 (3, C). @param {Maps} maps */
function statistics({ shape: [channels, height, width], values }) {
  const cells = height * width;
  const found = new Float32Array(3 * channels);
  for (let channel = 0; channel < channels; channel += 1) {
    let [most, sum, zeros] = [-Infinity, 0, 0];
    for (let at = channel * cells; at < (channel + 1) * cells; at += 1) {
      const number = /** @type {number} */ (values[at]);
      if (number > most) most = number;
      if (number === 0) zeros += 1;
      sum += number;
    }
    found[channel] = most;
    found[channels + channel] = sum / cells;
    found[2 * channels + channel] = zeros / cells;
  }
  return found;
}

/**
 * @param {Contents} contents
 * @param {() => void} progressed Called when the numbers have more to say of their state.
 */
export function createHost(contents, progressed) {
  const traits = structuredClone(contents.traits);
  /** @type {Map<string, Set<(...values: any[]) => void>>} */
  const listeners = new Map();
  /** @type {Set<string>} */
  const changed = new Set();
  const mine = createNumbers(contents, progressed);

  /** @param {string} event @param {unknown[]} values */
  const emit = (event, ...values) => [...(listeners.get(event) ?? [])].forEach((listener) => listener(...values));
  /** @param {Message} message As a kernel sends it: its buffers behind it, by name. */
  const tell = (message) => {
    const { buffers = {}, ...content } = /** @type {{buffers?: Record<string, DataView>}} */ (message);
    emit("msg:custom", { ...content, buffers: Object.keys(buffers) }, Object.values(buffers));
  };

  /** @param {string} id @returns {PagePhoto} */
  const photoOf = (id) => {
    const found = contents.photos.find((photo) => photo.id === id);
    if (!found) throw new RangeError("this photo is not in the file");
    return found;
  };

  /** @param {PagePhoto} photo @param {string} preset @returns {Preprocessed} */
  const preprocessedOf = (photo, preset) => {
    const found = photo.preprocessed[preset];
    if (!found) throw new RangeError(photo.problems[preset] ?? `the file does not hold this photo as '${preset}' prepares it`);
    return found;
  };

  /** All the way, in the preprocessing in use. @param {PagePhoto} photo */
  const runOf = async (photo) => {
    preprocessedOf(photo, traits["preset"]);
    const run = await mine.run(photo, traits["preset"]);
    await run.whole;
    return run;
  };

  /** @param {PagePhoto} photo @param {string} preset */
  const tellPhoto = async (photo, preset) => {
    try {
      const preprocessed = preprocessedOf(photo, preset);
      const cropped = await picture(preprocessed.cropped);
      const input = inputOf(cropped, /** @type {Affine} */ (contents.affine[preset]));
      const logits = await numbers(preprocessed.logits);
      const buffers = { original: viewOf(bytes(preprocessed.display)), seen: await png(seen(input, contents.own)), logits: viewOf(logits) };
      tell({ ...preprocessed.message, buffers });
    } catch (problem) {
      tell({ kind: "failed", id: photo.id, name: photo.name, message: `${photo.name}: ${wordsOf(problem)}` });
    }
  };

  const tellPhotos = async () => {
    const preset = traits["preset"];
    const stage = contents.photos.find(({ id }) => id === traits["photo"]);
    // The one that is looked at comes first; the strip keeps their order all the same.
    for (const photo of [...(stage ? [stage] : []), ...contents.photos.filter((other) => other !== stage)]) await tellPhoto(photo, preset);
  };

  /** @type {Record<string, (asked: any) => Promise<void>>} */
  const answers = {
    ready: async ({ id }) => {
      tell({ ...contents.setting, id, buffers: {} });
      tell({ ...contents.model, id });
      for (const photo of contents.photos) tell({ kind: "working", id: photo.id, name: photo.name });
      await tellPhotos();
    },
    tensor: async ({ id, photo, layer, preset = traits["preset"], preset_key = preset }) => {
      const found = photoOf(photo);
      preprocessedOf(found, preset);
      const maps = await (await mine.run(found, preset)).layer(layer);
      const buffers = { values: viewOf(/** @type {Float32Array<ArrayBuffer>} */ (maps.values)), statistics: viewOf(statistics(maps)) };
      const kernel_ms = Infinity; // no time is spent on a way
      tell({ kind: "tensor", id, photo, model: contents.model.name, preset: preset_key, layer, shape: maps.shape, encoding: "float32", scale: 1, kernel_ms, buffers });
    },
    variants: async ({ id, photo, presets }) => {
      const found = photoOf(photo);
      const names = [...new Set([traits["preset"], ...presets])].filter((name) => found.preprocessed[name]);
      const rows = names.map(async (preset) => {
        const logits = await numbers(preprocessedOf(found, preset).logits);
        const best = logits.indexOf(logits.reduce((a, b) => Math.max(a, b), -Infinity));
        const origin = contents.setting.presets.find(({ name }) => name === preset)?.origin ?? "";
        return { preset, origin, class_index: best, label: contents.model.labels[best]?.label ?? "", probability: softmax(logits)[best] ?? 0 };
      });
      tell({ kind: "variants", id, photo, model: contents.model.name, rows: await Promise.all(rows) });
    },
    weights: async ({ id, layer }) => {
      const { shape, kernels, bias } = await mine.weightsOf(layer);
      const buffers = { kernels: viewOf(/** @type {Float32Array<ArrayBuffer>} */ (kernels)), bias: viewOf(/** @type {Float32Array<ArrayBuffer>} */ (bias)) };
      tell({ kind: "weights", id, model: contents.model.name, layer, shape, buffers });
    },
    distance: async ({ id, photo, other }) => {
      const [here, there] = await Promise.all([photo, other].map((/** @type {string} */ key) => runOf(photoOf(key))));
      /** @param {import("./numbers.js").Run | undefined} run */
      const read = (run) => (/** @type {string} */ layer) => /** @type {Maps} */ (run?.maps.get(layer));
      tell({ kind: "distance", id, photo, other, ...distance(here?.layers ?? [], read(here), read(there)) });
    },
    open: async ({ id, photo, layer, channel, cell, count = null }) => {
      const preset = traits["preset"];
      const run = await runOf(photoOf(photo));
      const { geometry, pixels } = run.preprocessed;
      const calculation = open(
        {
          input: contents.input,
          layers: run.layers,
          graphSpec: contents.graph_spec,
          maps: (name) => /** @type {Maps} */ (run.maps.get(name)),
          weights: mine.weightsHere,
          preset,
          affine: /** @type {Affine} */ (contents.affine[preset]),
          cropped: run.cropped,
          geometry,
          pixels: pixels === null ? null : await pixelsOf(pixels),
        },
        layer,
        channel,
        cell,
        count,
      );
      tell({ kind: "calculation", id, photo, model: contents.model.name, preset, calculation: /** @type {import("../types.js").Calculation} */ (calculation) });
    },
  };

  /** @type {Map<number, Promise<Picture>>} unpacked once: a number is opened at every step of the pointer */
  const unpacked = new Map();
  /** @param {number} block */
  const pixelsOf = (block) => {
    const known = unpacked.get(block) ?? picture(block);
    unpacked.set(block, known);
    return known;
  };

  /** @param {unknown} problem */
  const wordsOf = (problem) => (problem instanceof Error ? problem.message : String(problem));

  /** @param {any} asked */
  const answer = async (asked) => {
    try {
      const known = answers[asked.kind];
      if (!known) throw new RangeError("this page is a file without a kernel: it shows what was put in");
      await known(asked);
    } catch (problem) {
      tell({ kind: "failed", id: asked.id, name: asked.name ?? asked.layer ?? "", message: wordsOf(problem) });
    }
  };

  return {
    /** What the numbers say of themselves. */
    state: mine.state,
    contents,
    /** @param {string} name */
    get: (name) => traits[name],
    /** @param {string} name @param {unknown} value */
    set: (name, value) => {
      if (JSON.stringify(traits[name]) === JSON.stringify(value)) return;
      traits[name] = value;
      changed.add(name);
      emit(`change:${name}`);
    },
    save_changes: () => {
      if (changed.has("preset")) void tellPhotos();
      changed.clear();
    },
    /** @param {any} asked */
    send: (asked) => queueMicrotask(() => void answer(asked)),
    /** @param {string} event @param {(...values: any[]) => void} listener */
    on: (event, listener) => {
      if (!listeners.has(event)) listeners.set(event, new Set());
      listeners.get(event)?.add(listener);
    },
    /** @param {string} event @param {(...values: any[]) => void} listener */
    off: (event, listener) => void listeners.get(event)?.delete(listener),
  };
}

/** @typedef {ReturnType<typeof createHost>} Host */
