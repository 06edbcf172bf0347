/** Everything that crosses the wire between the page and the kernel. No view knows any of it. */

/** @import { Failure, Photo, Setting } from "./types.js" */

const PIECE_BYTES = 1 << 20; // far below every websocket limit, however Jupyter was started
const SILENCE_MS = 12_000;

/**
 * @typedef {object} Model The part of anywidget's model that is used.
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]) => void} send
 * @property {(event: string, callback: (...values: any[]) => void) => void} on
 * @property {(event: string, callback: (...values: any[]) => void) => void} off
 *
 * @typedef {object} Listener
 * @property {(setting: Setting) => void} setting
 * @property {(photo: Photo) => void} photo
 * @property {(failure: Failure) => void} failed
 * @property {(id: string, name: string) => void} working
 * @property {(id: string) => void} forgotten
 * @property {(silent: boolean) => void} silent The kernel has stopped or begun to answer.
 */

/**
 * @param {Model} model
 * @param {Listener} listener
 */
export function connect(model, listener) {
  /** @type {Set<string>} requests that have had no reply */
  const open = new Set();
  /** @type {string[]} */
  const urls = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {DataView | ArrayBuffer} buffer @param {string} type */
  const picture = (buffer, type) => {
    const url = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (buffer)], { type }));
    urls.push(url);
    return url;
  };

  const watch = () => {
    clearTimeout(timer);
    if (open.size) timer = setTimeout(() => listener.silent(true), SILENCE_MS);
  };

  /** @param {any} message @param {DataView[]} buffers */
  const receive = (message, buffers) => {
    listener.silent(false);
    // A failed upload fails once, however many of its pieces were under way; another view's failures stay in that view.
    if (message.kind === "failed" && !open.has(message.id)) return;
    if (message.kind !== "working") open.delete(message.id);
    watch();
    if (message.kind === "setting") {
      const samples = message.samples.map((/** @type {any} */ sample, /** @type {number} */ index) => ({
        ...sample,
        picture: picture(/** @type {DataView} */ (buffers[index]), "image/jpeg"),
      }));
      listener.setting({ ...message, samples });
    } else if (message.kind === "photo") {
      if (message.preset !== model.get("preset")) return; // an answer to a question no longer asked
      const [original, seen] = /** @type {[DataView, DataView]} */ (buffers);
      listener.photo({ ...message, original: picture(original, "image/jpeg"), seen: picture(seen, "image/png") });
    } else if (message.kind === "failed") listener.failed(message);
    else if (message.kind === "working") listener.working(message.id, message.name);
    else if (message.kind === "forgotten") listener.forgotten(message.id);
  };

  /** @param {any} content @param {ArrayBuffer[]} [buffers] */
  const send = (content, buffers) => {
    open.add(content.id);
    try {
      model.send(content, undefined, buffers);
    } catch {
      listener.silent(true); // the comm is closed: the kernel was restarted or shut down
    }
    watch();
  };

  model.on("msg:custom", receive);

  return {
    /** Ask for everything: the page was reloaded, or a second view opened. */
    ready: () => send({ kind: "ready", id: crypto.randomUUID() }),

    /** @param {File} file @param {number} limit */
    upload: async (file, limit) => {
      const id = crypto.randomUUID();
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
        send({ kind: "piece", id, name, index, count }, [piece]);
      }
    },

    /** @param {string} name */
    sample: (name) => {
      const id = crypto.randomUUID();
      listener.working(id, name);
      send({ kind: "sample", id, name });
    },

    /** @param {string} id */
    forget: (id) => send({ kind: "forget", id }),

    /** @param {"chosen" | "preset"} trait @param {string} value */
    set: (trait, value) => {
      model.set(trait, value);
      model.save_changes();
    },

    close: () => {
      clearTimeout(timer);
      model.off("msg:custom", receive);
      for (const url of urls) URL.revokeObjectURL(url);
    },
  };
}
