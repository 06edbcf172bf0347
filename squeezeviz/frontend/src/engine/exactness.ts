/** How far what is computed here is from what Python computed. */
import type { Layer } from "../protocol.ts";
import type { Values } from "./types.ts";

/** The largest difference so far, of the layer's largest value. */
export interface Exactness {
  layer: string;
  size: number;
  /** Numbers. */
  compared: number;
}

export const NOTHING_COMPARED: Exactness = { layer: "", size: 0, compared: 0 };

/** A plain loop over numbers: a page compares thousands while it opens, before the browser has compiled any of this. */
function compare(before: Exactness, layer: string, ours: Values, theirs: Values, largest: number): Exactness {
  let [isLayers, size] = [false, before.size];
  for (let at = 0; at < theirs.length; at += 1) {
    const one = ours[at] as number;
    const other = theirs[at] as number;
    if (Object.is(one, other) || Number.isNaN(size)) continue; // nothing is further than NaN
    const difference = Math.abs(one - other) / (largest || 1);
    if (!(difference <= size)) [isLayers, size] = [true, difference];
  }
  return { layer: isLayers ? layer : before.layer, size, compared: before.compared + theirs.length };
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
  let [found, at] = [before, 0];
  for (const { name, shape } of layers) {
    const channels = shape[0] ?? 1;
    const all = theirs.subarray(at, at + 2 * channels);
    at += all.length;
    found = compare(found, name, ours(name), all, largestOf(all.subarray(0, channels)));
  }
  return found;
}

export const compareLogits = (before: Exactness, layer: string, ours: Values, theirs: Values): Exactness =>
  compare(before, layer, ours, theirs, largestOf(theirs));

function largestOf(values: Values): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}
