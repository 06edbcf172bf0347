/** How far what is computed here is from what Python computed. */
import type { Layer } from "../protocol.ts";
import { at as read } from "./numbers.ts";
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
    const own = maps(name);
    const [channels] = own.shape;
    const all = theirs.subarray(at, at + 2 * channels);
    const largest = all.subarray(0, channels).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    at += 2 * channels;
    for (let channel = 0; channel < channels; channel += 1) {
      const { most, mean } = summary(own, channel);
      found = after(found, name, most, read(all, channel), largest);
      found = after(found, name, mean, read(all, channels + channel), largest);
    }
  }
  return found;
}

export function compareLogits(before: Exactness, layer: string, ours: Values, theirs: Values): Exactness {
  const largest = theirs.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return theirs.reduce((found, logit, index) => after(found, layer, read(ours, index), logit, largest), before);
}

function summary({ shape: [, height, width], values }: Maps, channel: number): { most: number; mean: number } {
  const cells = height * width;
  let [most, sum] = [-Infinity, 0];
  for (let at = channel * cells; at < (channel + 1) * cells; at += 1) {
    const number = read(values, at);
    most = Math.max(most, number); // NaN where one is, as NumPy has it
    sum += number;
  }
  return { most, mean: sum / cells };
}
