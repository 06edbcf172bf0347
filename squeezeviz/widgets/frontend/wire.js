/** Everything that crosses the wire between the page and the kernel. No view knows any of it. */

import { newId } from "./ids.js";

/** @import { Pixels } from "./pixels.js" */
/** @import { FrameMessage, Maps, Message, PhotoMessage, Request, SettingMessage, TensorMessage, VariantMessage } from "./protocol.js" */
/** @import { Compared, Failure, FrameAnswer, Kernels, Network, Photo, Preset, Setting, Tensor, Variant } from "./types.js" */

const PIECE_BYTES = 1 << 20; // far below every websocket limit, however Jupyter was started
const SILENCE_MS = 12_000;

/**
 * @typedef {object} Model The part of a widget model that is used.
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]) => void} send
 * @property {(event: string, callback: (...values: any[]) => void) => void} on
 * @property {(event: string, callback: (...values: any[]) => void) => void} off
 *
 * @typedef {{preset: string, preset_key: string, preprocessing?: Record<string, any>}} Other Another preprocessing: its name, what answers are to
 *   call it, and what it is where it is one's own: ipywidgets holds traits back while the kernel is busy, requests not.
 *
 * @typedef {object} Listener
 * @property {(setting: Setting) => void} setting
 * @property {(network: Network) => void} network
 * @property {(photo: string, model: string, preset: string) => void} renewed A photo's answer is on its way: what was
 *   known of it is of no use any more.
 * @property {(photo: Photo) => void} photo
 * @property {(tensor: Tensor) => void} tensor
 * @property {(request: string, answer: FrameAnswer | null) => void} frame Null: of another preprocessing than the one chosen.
 * @property {(photo: string, rows: Variant[]) => void} variants
 * @property {(request: string, compared: Compared) => void} compared
 * @property {(request: string, kernels: Kernels) => void} kernels
 * @property {(message: Message) => void} answered What was asked for with `ask`.
 * @property {(message: import("./protocol.js").ProgressMessage) => void} progress What is known so far of what takes its time.
 * @property {(failure: Failure) => void} failed
 * @property {(id: string, name: string) => void} working
 * @property {(id: string) => void} forgotten
 * @property {(silent: boolean) => void} silent The kernel has stopped or begun to answer.
 * @property {(layer: string, transfer: number) => void} transfer Milliseconds that a tensor took on its way.
 */

/** Half precision → number, for every bit pattern. */
const HALVES = (() => {
  const table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits += 1) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 31) table[bits] = fraction ? NaN : sign * Infinity;
    else table[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
})();

/** A copy that begins on a boundary typed arrays accept. @param {DataView} view */
export const bytesOf = (view) => /** @type {ArrayBuffer} */ (view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
/** @param {DataView} view */
export const floatsOf = (view) => new Float32Array(bytesOf(view));

/**
 * A message with its buffers under their names; `field/key` is the key of a field.
 * @param {any} content Names them in the order in which they come.
 * @param {DataView[]} views
 * @returns {Message}
 */
export function named({ buffers: names = [], ...content }, views) {
  /** @type {Record<string, any>} */
  const buffers = {};
  names.forEach((/** @type {string} */ name, /** @type {number} */ at) => {
    const slash = name.indexOf("/");
    if (slash < 0) buffers[name] = views[at];
    else (buffers[name.slice(0, slash)] ??= {})[name.slice(slash + 1)] = views[at];
  });
  return { ...content, buffers };
}

/** @param {DataView} view @param {number} scale */
function halves(view, scale) {
  const [buffer, start] = view.byteOffset % 2 ? [bytesOf(view), 0] : [view.buffer, view.byteOffset];
  const Float16 = /** @type {any} */ (globalThis).Float16Array; // of browsers from 2025 on, and several times as fast
  if (Float16) {
    const exact = new Float32Array(new Float16(buffer, start, view.byteLength / 2));
    for (let i = 0; i < exact.length; i += 1) exact[i] = /** @type {number} */ (exact[i]) * scale;
    return exact;
  }
  const bits = new Uint16Array(buffer, start, view.byteLength / 2);
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i += 1) values[i] = /** @type {number} */ (HALVES[/** @type {number} */ (bits[i])]) * scale;
  return values;
}

/** What a passing frame has: steps of 1/255 of each channel's maximum. @param {DataView} view @param {Float32Array} maxima */
function fromSteps(view, maxima) {
  const steps = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const values = new Float32Array(steps.length);
  const cells = steps.length / maxima.length;
  let at = 0;
  for (const most of maxima) {
    const step = most / 255;
    for (const end = at + cells; at < end; at += 1) values[at] = /** @type {number} */ (steps[at]) * step;
  }
  return values;
}

/** @param {Float32Array} logits */
export function softmax(logits) {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Every class's logit, and what follows from them. @param {DataView} buffer */
function answer(buffer) {
  const logits = floatsOf(buffer);
  const ranking = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);
  return { logits, ranking, probabilities: softmax(logits) };
}

/** @param {string} url */
async function decoded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/**
 * @param {Maps} about Layer and shape, and how its values travel.
 * @param {{photo: string, model: string, preset: string}} from
 * @param {DataView} view Its values.
 * @param {DataView} rest Its channels' statistics.
 * @returns {Tensor}
 */
function tensorOf({ layer, shape, scale, encoding }, from, view, rest) {
  const statistics = floatsOf(rest);
  const [channels] = shape;
  const max = statistics.subarray(0, channels);
  return {
    key: tensorKey(from.photo, from.model, from.preset, layer),
    layer,
    shape,
    values: encoding === "float32" ? floatsOf(view) : encoding === "steps" ? fromSteps(view, max) : halves(view, scale),
    max,
    mean: statistics.subarray(channels, 2 * channels),
    zero: statistics.subarray(2 * channels),
  };
}

/** @param {string} photo @param {string} network @param {string} preset @param {string} layer */
export const tensorKey = (photo, network, preset, layer) => [photo, network, preset, layer].join("\n");

/**
 * @param {Model} model
 * @param {Listener} listener
 */
export function connect(model, listener) {
  /** @type {Map<string, number>} requests that have had no reply, and when they were sent */
  const open = new Map();
  /** @type {Map<string, string[]>} object URLs, by the photo they belong to */
  const urls = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let answering = "";
  let isClosed = false; // the comm: the kernel was restarted or shut down
  // Pictures are decoded one message at a time, so that what comes later is shown later.
  let queue = Promise.resolve();

  /**
   * Object URLs of pictures; those that the same owner had before are of no use any more.
   * @param {string} owner
   * @param {{buffer: DataView | undefined, type: string}[]} pictures
   */
  const show = (owner, pictures) => {
    const before = urls.get(owner) ?? [];
    setTimeout(() => before.forEach((url) => URL.revokeObjectURL(url)), 1000); // the page still shows them now
    const made = pictures.map(({ buffer, type }) => URL.createObjectURL(new Blob([/** @type {BlobPart} */ (buffer)], { type })));
    urls.set(owner, made);
    return made;
  };

  const watch = () => {
    clearTimeout(timer);
    if (open.size) timer = setTimeout(() => listener.silent(true), SILENCE_MS);
  };

  /** @param {PhotoMessage} message */
  const photo = async ({ buffers, ...message }) => {
    const [original, seen] = show(message.id, [
      { buffer: buffers.original, type: "image/jpeg" },
      { buffer: buffers.seen, type: "image/png" },
    ]);
    const said = answer(buffers.logits);
    const pictures = await Promise.all([decoded(/** @type {string} */ (original)), decoded(/** @type {string} */ (seen))]);
    listener.photo({ ...message, ...said, original: pictures[0], seen: pictures[1] });
  };

  /** @param {VariantMessage} message */
  const compared = async ({ buffers, ...message }) => {
    const [url] = show(`${message.photo} ${message.preset}`, [{ buffer: buffers.seen, type: "image/png" }]);
    const seen = await decoded(/** @type {string} */ (url));
    listener.compared(message.id, { ...message, ...answer(buffers.logits), seen });
  };

  /** @param {TensorMessage} message @param {number | undefined} sent */
  const tensor = (message, sent) => {
    if (sent !== undefined) listener.transfer(message.layer, Math.max(0, performance.now() - sent - message.kernel_ms));
    listener.tensor(tensorOf(message, message, message.buffers.values, message.buffers.statistics));
  };

  /** The camera's frame, answered. @param {FrameMessage} whole @param {number | undefined} sent */
  const frame = ({ buffers, ...message }, sent) => {
    if (isStale(message)) return listener.frame(message.id, null);
    const [width, height] = message.seen_size;
    const { logits, seen: view, values = {}, statistics = {} } = buffers;
    if (sent !== undefined) listener.transfer(model.get("layer"), Math.max(0, performance.now() - sent - message.kernel_ms));
    listener.frame(message.id, {
      photo: { ...message, ...answer(logits), id: message.photo },
      seen: { width, height, bytes: new Uint8Array(view.buffer, view.byteOffset, view.byteLength) },
      tensors: message.tensors.flatMap((about) => {
        const [maps, rest] = [values[about.layer], statistics[about.layer]];
        return maps && rest ? [tensorOf(about, message, maps, rest)] : [];
      }),
    });
  };

  /** An answer to a question no longer asked. @param {{preset: string, model: string}} message */
  const isStale = (message) => message.preset !== model.get("preset") || (answering !== "" && message.model !== answering);

  /** @param {SettingMessage} message */
  const setting = ({ buffers, ...message }) => {
    const pictures = buffers.pictures ?? {};
    const urls = show(
      "",
      message.samples.map(({ name }) => ({ buffer: pictures[name], type: "image/jpeg" })),
    );
    const samples = message.samples.map((sample, at) => ({ ...sample, picture: urls[at] ?? "" }));
    listener.setting({ ...message, presets: /** @type {Preset[]} */ (message.presets), samples });
  };

  /** @param {any} content @param {DataView[]} views */
  const receive = (content, views) => {
    const message = named(content, views);
    listener.silent(false);
    // A failed upload fails once, however many of its pieces were under way; another view's failures stay in that view.
    if (message.kind === "failed" && !open.has(message.id)) return;
    const sent = open.get(message.id);
    if (message.kind !== "working" && !(message.kind === "progress" && !message.is_whole)) open.delete(message.id);
    watch();
    if (message.kind === "setting") setting(message);
    else if (message.kind === "model") {
      answering = message.name;
      listener.network(message);
    } else if (message.kind === "photo") {
      if (!isStale(message)) {
        listener.renewed(message.id, message.model, message.preset); // now: what follows belongs to the new answer
        queue = queue.then(() => photo(message)).catch(() => undefined);
      }
    } else if (message.kind === "tensor") tensor(message, sent);
    else if (message.kind === "frame") frame(message, sent);
    else if (message.kind === "variants") listener.variants(message.photo, message.rows);
    else if (message.kind === "variant") void compared(message).catch(() => undefined);
    else if (message.kind === "kernels") {
      const { buffers, ...said } = message;
      listener.kernels(message.id, { ...said, values: floatsOf(buffers.values) });
    } else if (message.kind === "failed") queue = queue.then(() => listener.failed(message));
    else if (message.kind === "progress") listener.progress(message);
    else if (message.kind === "working") listener.working(message.id, message.name);
    else if (message.kind === "forgotten") queue = queue.then(() => listener.forgotten(message.id));
    else if (message.kind !== "gone") listener.answered(message);
  };

  /** @param {Request} request */
  const send = (request) => {
    const { buffers = {}, ...content } = /** @type {Request & {buffers?: Record<string, ArrayBuffer>}} */ (request);
    const names = Object.keys(buffers);
    open.set(content.id, performance.now());
    try {
      model.send(names.length ? { ...content, buffers: names } : content, undefined, Object.values(buffers));
    } catch {
      isClosed = true;
      listener.silent(true);
    }
    watch();
  };

  model.on("msg:custom", receive);

  return {
    /** Ask for everything: the page was reloaded, or its first view opened. */
    ready: () => send({ kind: "ready", id: newId() }),

    /** @param {File} file @param {number} limit */
    upload: async (file, limit) => {
      const id = newId();
      const name = file.name || "pasted picture";
      if (file.size > limit) {
        const sizes = `${Math.round(file.size / 1e6)} MB; up to ${Math.round(limit / 1e6)} MB are sent`;
        listener.failed({ id, name, message: `${name}: the file has ${sizes}. Scale it down first` });
        return;
      }
      listener.working(id, name);
      const count = Math.max(1, Math.ceil(file.size / PIECE_BYTES));
      for (let index = 0; index < count; index += 1) {
        let piece;
        try {
          piece = await file.slice(index * PIECE_BYTES, (index + 1) * PIECE_BYTES).arrayBuffer();
        } catch {
          listener.failed({ id, name, message: `${name}: the browser cannot read it. A folder? Drop the files in it instead` });
          return;
        }
        send({ kind: "piece", id, name, index, count, buffers: { piece } });
      }
    },

    /** @param {string} name */
    sample: (name) => {
      const id = newId();
      listener.working(id, name);
      send({ kind: "sample", id, name });
    },

    /**
     * A frame of the camera, or the state of a photo that is being painted on.
     * @param {string} request @param {string} photo @param {Pixels & {layers: string[], name?: string, of?: string}} frame Of: the photo painted on.
     */
    frame: (request, photo, { bytes, name = "camera", ...frame }) => send({ kind: "frame", id: request, name, photo, ...frame, buffers: { pixels: bytes.buffer } }),

    /** A frame as an ordinary photo. @param {string} name @param {Pixels} frame @param {string} [of] The photo that was painted on. */
    freeze: (name, { width, height, bytes }, of) => {
      const id = newId();
      listener.working(id, name);
      send({ kind: "freeze", id, name, width, height, ...(of === undefined ? {} : { of }), buffers: { pixels: bytes.buffer } });
      return id;
    },

    /** @param {string} photo @param {string} layer */
    tensor: (photo, layer) => send({ kind: "tensor", id: newId(), name: layer, photo, layer }),

    /** Ask without waiting: nobody minds when it isn't answered. @param {string} photo @param {string} layer */
    tensorAhead: (photo, layer) => {
      const id = newId();
      send({ kind: "tensor", id, name: layer, photo, layer });
      open.delete(id);
      watch();
      return id;
    },

    /** A layer under another preprocessing. @param {string} photo @param {string} layer @param {Other} other */
    tensorOf: (photo, layer, other) => send({ kind: "tensor", id: newId(), name: layer, photo, layer, ...other }),

    /** A photo in another preprocessing; or that preprocessing as kernels. @param {"variant" | "kernels"} kind @param {string} photo @param {Other} other */
    other: (kind, photo, other) => {
      const id = newId();
      send({ kind, id, name: other.preset, photo, ...other });
      return id;
    },

    /** The top 1 in other preprocessings, in one go. @param {string} photo @param {string[]} presets @param {Record<string, any>} preprocessing One's own. */
    variants: (photo, presets, preprocessing) => send({ kind: "variants", id: newId(), photo, presets, preprocessing }),

    /** Ask for something that is kept by whoever asks. @param {string} kind Of a request. @param {Record<string, unknown>} content */
    ask: (kind, content) => {
      const id = newId();
      send(/** @type {Request} */ (/** @type {unknown} */ ({ kind, id, ...content })));
      return id;
    },

    /** A photo of the atlas, to be put on the stage. @param {string} id @param {string} name */
    example: (id, name) => {
      listener.working(id, name);
      send({ kind: "example", id, name });
    },

    /** End what takes its time: no answer is waited for. @param {string} id */
    stop: (id) => {
      send({ kind: "stop", id });
      open.delete(id);
      watch();
    },

    /** Let another model answer. @param {string} name */
    use: (name) => send({ kind: "use", id: newId(), name }),

    /** @param {string} id */
    forget: (id) => send({ kind: "forget", id }),

    /** @param {Record<string, unknown>} traits */
    set: (traits) => {
      for (const [name, value] of Object.entries(traits)) model.set(name, value);
      if (isClosed) return; // the page goes on with what it has
      try {
        model.save_changes();
      } catch {
        listener.silent(true);
      }
    },

    /** Answers that are now waited for: to requests, or for photos that are answered anew. @param {string[]} ids */
    expect: (ids) => {
      for (const id of ids) open.set(id, performance.now());
      watch();
    },

    close: () => {
      clearTimeout(timer);
      model.off("msg:custom", receive);
      for (const url of [...urls.values()].flat()) URL.revokeObjectURL(url);
    },
  };
}
