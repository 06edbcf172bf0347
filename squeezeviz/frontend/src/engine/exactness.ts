/** How far what is computed here is from what Python computed. */
import type { Layer } from "../protocol.ts";
import { at as read, summary } from "./numbers.ts";
import type { Maps, Values } from "./types.ts";

/** The largest difference so far, of the layer's largest value. */
export interface Exactness {
  layer: string;
  size: number;
  /** Numbers. */
  compared: number;
}

export const NOTHING_COMPARED: Exactness = { layer: "", size: 0, compared: 0 };

function after(before: Exactness, layer: string, ours: number, theirs: number, largest: number): Exactness {
  const compared = before.compared + 1;
  const size = Object.is(ours, theirs) ? 0 : Math.abs(ours - theirs) / (largest || 1);
  const isFurther = !Number.isNaN(before.size) && !(size <= before.size); // nothing is further than NaN
  return isFurther ? { layer, size, compared } : { ...before, compared };
}

/** @param theirs Each layer's channels' largest values, then their means. */
export function compareStatistics(
  before: Exactness,
  layers: readonly Layer[],
  maps: (layer: string) => Maps,
  theirs: Values,
): Exactness {
  let [found, at] = [before, 0];
  for (const { name } of layers) {
    const { shape, values } = maps(name);
    const [channels, height, width] = shape;
    const cells = height * width;
    const all = theirs.subarray(at, at + 2 * channels);
    const largest = all.subarray(0, channels).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    at += 2 * channels;
    for (let channel = 0; channel < channels; channel += 1) {
      const { most, sum } = summary(values, channel * cells, (channel + 1) * cells);
      found = after(found, name, most, read(all, channel), largest);
      found = after(found, name, sum / cells, read(all, channels + channel), largest);
    }
  }
  return found;
}

export function compareLogits(before: Exactness, layer: string, ours: Values, theirs: Values): Exactness {
  const largest = theirs.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return theirs.reduce((found, logit, index) => after(found, layer, read(ours, index), logit, largest), before);
}
