/** How far what is computed here is from what Python computed. */
import type { Layer } from "../protocol.ts";
import { at as read } from "./numbers.ts";
import type { Values } from "./types.ts";

/** The largest difference so far, of the layer's largest value. */
export interface Exactness {
  layer: string;
  size: number;
  /** Numbers. */
  compared: number;
}

export const NOTHING_COMPARED: Exactness = { layer: "", size: 0, compared: 0 };

/** Thousands of numbers are compared while a page is opened: none of them makes an object. */
class Comparison {
  #layer: string;
  #size: number;
  #compared: number;

  constructor({ layer, size, compared }: Exactness) {
    [this.#layer, this.#size, this.#compared] = [layer, size, compared];
  }

  add(layer: string, ours: number, theirs: number, largest: number): void {
    this.#compared += 1;
    const size = Object.is(ours, theirs) ? 0 : Math.abs(ours - theirs) / (largest || 1);
    if (Number.isNaN(this.#size) || size <= this.#size) return; // nothing is further than NaN
    [this.#layer, this.#size] = [layer, size];
  }

  get found(): Exactness {
    return { layer: this.#layer, size: this.#size, compared: this.#compared };
  }
}

/**
 * @param layers In their order.
 * @param ours Of a layer: its channels' largest values, then their means, as `Run.statistics`.
 * @param theirs The same of all layers, one after the other.
 */
export function compareStatistics(
  before: Exactness,
  layers: readonly Layer[],
  ours: (layer: string) => Values,
  theirs: Values,
): Exactness {
  const comparison = new Comparison(before);
  let at = 0;
  for (const { name, shape } of layers) {
    const [own, channels] = [ours(name), shape[0] ?? 1];
    const all = theirs.subarray(at, at + 2 * channels);
    const largest = all.subarray(0, channels).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    at += 2 * channels;
    for (let channel = 0; channel < channels; channel += 1) {
      for (let place = channel; place < 2 * channels; place += channels)
        comparison.add(name, read(own, place), read(all, place), largest);
    }
  }
  return comparison.found;
}

export function compareLogits(before: Exactness, layer: string, ours: Values, theirs: Values): Exactness {
  const largest = theirs.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const comparison = new Comparison(before);
  theirs.forEach((logit, index) => {
    comparison.add(layer, read(ours, index), logit, largest);
  });
  return comparison.found;
}
