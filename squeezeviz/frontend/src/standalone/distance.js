/** How far each layer is from where it is for another photo: what comparison.py says, from the numbers of this page. */

/** @import { Layer } from "../store/types.ts" */
/** @import { Maps } from "./types.js" */

/** The channel with the largest mean. @param {Maps} maps */
function strongest({ shape: [channels, height, width], values }) {
  let [best, most] = [0, -Infinity];
  for (let channel = 0; channel < channels; channel += 1) {
    const sum = values.subarray(channel * height * width, (channel + 1) * height * width).reduce((a, b) => a + b, 0);
    if (sum > most) [best, most] = [channel, sum];
  }
  return best;
}

/**
 * @param {Layer[]} layers
 * @param {(layer: string) => Maps} here
 * @param {(layer: string) => Maps} there
 * @returns {{drift: [string, number | null, number | null][], first_divergent_layer: string | null}}
 */
export function distance(layers, here, there) {
  /** @type {string | null} */
  let firstDivergentLayer = null;
  /** @type {[string, number | null, number | null][]} */
  const drift = [];
  for (const { name } of layers.filter(({ kind }) => kind !== "softmax")) {
    const [one, other] = [here(name), there(name)];
    if (strongest(one) !== strongest(other)) firstDivergentLayer ??= name;
    if (one.shape.join() !== other.shape.join()) {
      drift.push([name, null, null]); // an input of another size makes other maps
      continue;
    }
    let [size, base, apart, both] = [0, 0, 0, 0];
    for (let at = 0; at < one.values.length; at += 1) {
      const [a, r] = [/** @type {number} */ (one.values[at]), /** @type {number} */ (other.values[at])];
      size += a * a;
      base += r * r;
      apart += (a - r) ** 2;
      both += a * r;
    }
    drift.push([name, base ? Math.sqrt(apart / base) : null, size && base ? both / Math.sqrt(size * base) : null]);
  }
  return { drift, first_divergent_layer: firstDivergentLayer };
}
