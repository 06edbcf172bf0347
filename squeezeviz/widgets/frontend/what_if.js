/**
 * What is tried out in steps: patches hidden, channels ablated. One of each kind at a time, of the photo, class and
 * settings on show; whatever is of others is stopped, and never shown.
 */

/** @import { ProgressMessage } from "./protocol.js" */
/** @import { Failure, Tried } from "./types.js" */
import { bytesOf, floatsOf } from "./wire.js";

/** @typedef {"occlusion" | "ablation_sweep" | "pairwise_ablation"} Kind */
/**
 * @typedef {object} Trial
 * @property {string} id Of the request.
 * @property {string} basis The photo's answer that it is about.
 * @property {string} key That, with class and settings.
 * @property {"running" | "whole" | "stopped" | "failed"} state
 * @property {number} done
 * @property {number} total 0 until the first answer.
 * @property {Tried | null} made What is known so far.
 * @property {string} problem
 */

/**
 * @param {object} on
 * @param {(content: Record<string, unknown>) => string} on.begin Sends a request; returns its id.
 * @param {(id: string) => void} on.stop
 * @param {() => {basis: string, photo: string, class_index: number} | null} on.shown What is on show; null: nothing that can be tried.
 * @param {() => void} on.changed
 */
export function createWhatIf({ begin, stop, shown, changed }) {
  /** @type {Map<Kind, Trial>} */
  const trials = new Map();

  /** @param {Kind} kind @param {Record<string, unknown>} settings */
  const start = (kind, settings) => {
    end(kind);
    const about = shown();
    if (!about) return null;
    const { basis, ...asked } = about;
    const id = begin({ work: kind, ...asked, ...settings });
    /** @type {Trial} */
    const made = { id, basis, key: keyOf(about, settings), state: "running", done: 0, total: 0, made: null, problem: "" };
    trials.set(kind, made);
    changed();
    return made;
  };

  /** @param {{basis: string, class_index: number}} about @param {Record<string, unknown>} settings */
  const keyOf = ({ basis, class_index }, settings) => JSON.stringify([basis, class_index, settings]);

  /** Let a trial go. @param {Kind} kind */
  const end = (kind) => {
    const trial = trials.get(kind);
    trials.delete(kind);
    if (trial?.state === "running") stop(trial.id);
  };

  /** @param {string} id */
  const running = (id) => [...trials.values()].find((trial) => trial.id === id && trial.state === "running");

  return {
    start,
    /**
     * What has been tried of what is on show. Another class or other settings are tried anew; another photo waits to be asked.
     * @param {Kind} kind @param {Record<string, unknown>} settings @returns {Trial | null}
     */
    of: (kind, settings) => {
      const [trial, about] = [trials.get(kind), shown()];
      if (!trial) return null;
      if (about?.basis === trial.basis && keyOf(about, settings) === trial.key) return trial;
      end(kind);
      const goesOn = about?.basis === trial.basis && (trial.state === "running" || trial.state === "whole");
      return goesOn ? start(kind, settings) : null;
    },

    /** What is under way ends; what is known of it stays. @param {Kind} [kind] All, unless one is named. @returns {boolean} Whether anything was. */
    stop: (kind) => {
      const due = [...trials].filter(([name, { state }]) => state === "running" && (!kind || kind === name));
      for (const [, trial] of due) {
        stop(trial.id);
        trial.state = "stopped";
      }
      if (due.length) changed();
      return due.length > 0;
    },

    /** @param {ProgressMessage} message */
    receive: ({ buffers, ...message }) => {
      const trial = running(message.id);
      if (!trial) return; // of a trial that was stopped while this was on its way
      trial.done = message.done;
      trial.total = message.total;
      trial.made = {
        ...message,
        logits: floatsOf(buffers.logits),
        probabilities: floatsOf(buffers.probabilities),
        best: new Uint16Array(bytesOf(buffers.best_classes)),
        most: floatsOf(buffers.best_probabilities),
        answer: message.best,
      };
      if (message.is_whole) trial.state = "whole";
      changed();
    },

    /** @param {Failure} failure @returns {boolean} Whether it was one of these requests. */
    fail: ({ id, message }) => {
      const trial = running(id);
      if (!trial) return false;
      Object.assign(trial, { state: "failed", problem: message });
      changed();
      return true;
    },

    /** Nobody answers any more. */
    lost: () => {
      for (const trial of trials.values()) if (trial.state === "running") trial.state = "stopped";
    },
  };
}
