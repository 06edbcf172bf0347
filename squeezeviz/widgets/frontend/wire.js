/** Everything that crosses the wire between the page and the kernel. No view knows any of it. */

/** @import { Failure, Photo, Ready, Setting } from "./types.js" */

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
 * @property {(model: Ready) => void} model
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
  /** @type {Map<string, string[]>} object URLs, by the photo they belong to */
  const urls = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let answering = "";

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

  /** @param {any} message @param {DataView[]} buffers */
  const receive = (message, buffers) => {
    listener.silent(false);
    // A failed upload fails once, however many of its pieces were under way; another view's failures stay in that view.
    if (message.kind === "failed" && !open.has(message.id)) return;
    if (message.kind !== "working") open.delete(message.id);
    watch();
    if (message.kind === "setting") {
      const pictures = show(
        "",
        buffers.map((buffer) => ({ buffer, type: "image/jpeg" })),
      );
      const samples = message.samples.map((/** @type {any} */ sample, /** @type {number} */ index) => ({
        ...sample,
        picture: pictures[index],
      }));
      listener.setting({ ...message, samples });
    } else if (message.kind === "model") {
      answering = message.name;
      listener.model(message);
    } else if (message.kind === "photo") {
      // An answer to a question no longer asked.
      if (message.preset !== model.get("preset") || (answering && message.model !== answering)) return;
      const [original, seen] = show(message.id, [
        { buffer: buffers[0], type: "image/jpeg" },
        { buffer: buffers[1], type: "image/png" },
      ]);
      listener.photo({ ...message, original, seen });
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

    /** Let another model answer. @param {string} name */
    use: (name) => send({ kind: "use", id: crypto.randomUUID(), name }),

    /** @param {string} id */
    forget: (id) => send({ kind: "forget", id }),

    /** @param {"chosen" | "preset"} trait @param {string} value */
    set: (trait, value) => {
      model.set(trait, value);
      try {
        model.save_changes();
      } catch {
        listener.silent(true);
      }
    },

    /** Photos that the kernel is going to answer anew. @param {string[]} ids */
    expect: (ids) => {
      for (const id of ids) open.add(id);
      watch();
    },

    close: () => {
      clearTimeout(timer);
      model.off("msg:custom", receive);
      for (const url of [...urls.values()].flat()) URL.revokeObjectURL(url);
    },
  };
}
