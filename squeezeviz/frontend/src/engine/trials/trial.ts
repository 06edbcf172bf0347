/** What takes many runs of a network: told run by run, so that whoever waits can show what is known, or stop. */
import type { Values } from "../types.ts";

export interface Trial {
  /** Number of runs. */
  total: number;
  /** Of each run, one after the other: every logit; NaN where that has not been computed yet. */
  logits: Values;
  /** Each step is a run: how many are done. Whoever stops before the end calls `return` on it. */
  steps(): Generator<number, void>;
}

export const unknown = (runs: number, classes: number): Values => new Float32Array(runs * classes).fill(Number.NaN);
