/** Files that the host makes for the page: asked for, under way, kept where the browser keeps downloads, or impossible. */

/** @import { Message } from "./protocol.ts" */
/** @import { Failure } from "./store/types.ts" */

/** @param {string} name @param {Blob} blob */
function keep(name, blob) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // a browser may ask its person first
}

/**
 * @param {object} on
 * @param {(kind: string, content: Record<string, unknown>) => string} on.ask Sends a request; returns its id.
 * @param {() => void} on.changed There is more to say of a file.
 */
export function createFiles({ ask, changed }) {
  /** @type {Map<string, string>} request → kind */
  const open = new Map();
  /** @type {Map<string, {name: string, bytes: number, problem: string}>} what became of the last of a kind */
  const last = new Map();

  /** @param {string} request @param {{name: string, bytes: number, problem: string}} outcome */
  const settle = (request, outcome) => {
    const kind = open.get(request);
    open.delete(request);
    if (kind === undefined) return false;
    last.set(kind, outcome);
    changed();
    return true;
  };

  return {
    /** Have a file made, and keep it. @param {string} kind Of the request. @param {Record<string, unknown>} [content] */
    make: (kind, content = {}) => {
      last.delete(kind);
      open.set(ask(kind, content), kind);
      changed();
    },
    /** A kind of file: whether one is being made, and what became of the last. @param {string} kind */
    of: (kind) => ({ isWorking: [...open.values()].includes(kind), last: last.get(kind) ?? null }),
    /** @param {Message} message @returns {boolean} Whether it was a file. */
    receive: (message) => {
      if (message.kind !== "file") return false;
      const { id, name, type, buffers } = message;
      const blob = new Blob([/** @type {BlobPart} */ (/** @type {unknown} */ (buffers.file))], { type });
      if (settle(id, { name, bytes: blob.size, problem: "" })) keep(name, blob);
      return true;
    },
    /** @param {Failure} failure @returns {boolean} Whether it was one of these requests. */
    fail: ({ id, message }) => settle(id, { name: "", bytes: 0, problem: message }),
  };
}
