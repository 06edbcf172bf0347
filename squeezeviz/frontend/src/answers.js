/** Answers that are asked for once, kept, and given to whoever asks again; or why there is none. */

/** @import { Message } from "./protocol.ts" */
/** @import { Failure } from "./store/types.ts" */

const MOST = 160;

/**
 * @param {object} on
 * @param {(kind: string, content: Record<string, unknown>) => string} on.ask Sends a request; returns its id.
 * @param {() => boolean} on.isSilent Whether nobody would answer.
 * @param {() => void} on.changed An answer has come.
 */
export function createAnswers({ ask, isSilent, changed }) {
  /** @type {Map<string, {known: any, problem: string}>} */
  const answers = new Map();
  /** @type {Map<string, {key: string, read: (message: any) => unknown}>} by request */
  const open = new Map();

  /** @param {string} key @param {{known: unknown, problem: string}} answer */
  const keep = (key, answer) => {
    answers.set(key, answer);
    for (const old of [...answers.keys()].slice(0, -MOST)) answers.delete(old);
    changed();
  };

  return {
    /**
     * What is known under a key; if nothing is, it is asked for.
     * @template T
     * @param {string} key
     * @param {string} kind Of the request.
     * @param {Record<string, unknown>} content
     * @param {(message: any) => T} read What to make of the reply.
     * @returns {{known: T | null, problem: string}}
     */
    get: (key, kind, content, read) => {
      const answer = answers.get(key);
      if (answer) {
        answers.delete(key); // to the end: the longest unused goes first
        answers.set(key, answer);
        return answer;
      }
      if (!isSilent() && ![...open.values()].some((other) => other.key === key)) open.set(ask(kind, content), { key, read });
      return { known: null, problem: "" };
    },

    /** @param {Message} message */
    receive: (message) => {
      const asked = open.get(message.id);
      open.delete(message.id);
      if (asked) keep(asked.key, { known: asked.read(message), problem: "" });
    },

    /** @param {Failure} failure @returns {boolean} Whether it was one of these requests. */
    fail: ({ id, message }) => {
      const asked = open.get(id);
      open.delete(id);
      if (asked) keep(asked.key, { known: null, problem: message });
      return Boolean(asked);
    },

    /** What was asked in vain may be asked again. */
    forget: () => open.clear(),
  };
}
