/** How far each layer is from where it is for another photo: what comparison.py says, from the numbers of this page. */
import type { DistanceMessage, Layer } from "../protocol.ts";
import { at as read } from "./numbers.ts";
import type { Maps } from "./types.ts";

type Distance = Pick<DistanceMessage, "drift" | "first_divergent_layer">;
type Read = (layer: string) => Maps;

export function distance(layers: readonly Layer[], here: Read, there: Read): Distance {
  let first: string | null = null;
  const drift: Distance["drift"] = [];
  for (const { name } of layers.filter(({ kind }) => kind !== "softmax")) {
    const [one, other] = [here(name), there(name)];
    if (strongest(one) !== strongest(other)) first ??= name;
    drift.push([name, ...apart(one, other)]);
  }
  return { drift, first_divergent_layer: first };
}

/** Relative L2 and cosine; an input of another size makes other maps, which have neither. */
function apart(one: Maps, other: Maps): [l2: number | null, cosine: number | null] {
  if (one.shape.join() !== other.shape.join()) return [null, null];
  let [size, base, difference, both] = [0, 0, 0, 0];
  for (let at = 0; at < one.values.length; at += 1) {
    const [a, r] = [read(one.values, at), read(other.values, at)];
    size += a * a;
    base += r * r;
    difference += (a - r) ** 2;
    both += a * r;
  }
  return [base ? Math.sqrt(difference / base) : null, size && base ? both / Math.sqrt(size * base) : null];
}

/** The channel with the largest mean. */
function strongest({ shape: [channels, height, width], values }: Maps): number {
  let [best, most] = [0, -Infinity];
  for (let channel = 0; channel < channels; channel += 1) {
    const sum = values.subarray(channel * height * width, (channel + 1) * height * width).reduce((a, b) => a + b, 0);
    if (sum > most) [best, most] = [channel, sum];
  }
  return best;
}
