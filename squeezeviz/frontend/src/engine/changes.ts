/**
 * What changes with some cells of an input: only the cells that hang on them are computed again, layer by layer, each from
 * all that it hangs on. So what comes out is what a whole run says, to the last bit.
 */
import type { Part } from "./kernels/machine.ts";
import { joined } from "./parts.ts";
import { allOf } from "./sliding.ts";
import type { Compute, Maps, Shape, Values } from "./types.ts";

/** One layer, ready to be computed. */
export interface Stage {
  name: string;
  shape: Shape;
  inputs: readonly string[];
  compute: Compute;
}

/** The cells that have changed, by layer; a layer that is missing has none. */
export type Changed = Map<string, Part>;

const MOST = 0.85; // of a layer's cells: from there on all of them take less time

/**
 * Compute anew what has changed, and note it: a step a layer.
 *
 * @param layer Reads a layer, and is written to: of a run that was whole before the change.
 */
export function* followUp(
  stages: readonly Stage[],
  changed: Changed,
  layer: (name: string) => Maps,
): Generator<void, void> {
  for (const stage of stages) {
    const part = recomputed(stage, changed, layer);
    if (!part) continue;
    changed.set(stage.name, part);
    yield;
  }
}

/** What comes of all steps, taken at once. */
export function outcome<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** @returns Which cells of a stage these are; null where there are none. */
function recomputed(
  { name, shape, inputs, compute }: Stage,
  changed: Changed,
  layer: (name: string) => Maps,
): Part | null {
  const reached = inputs.flatMap((input) => changed.get(input) ?? []);
  if (!reached.length) return null;
  const [maps, { values }] = [inputs.map(layer), layer(name)];
  const part = compute.part && reached.map((each) => compute.touched?.(each) ?? each).reduce(joined);
  if (part && (part.rows <= 0 || part.columns <= 0)) return null;
  if (!part || part.rows * part.columns > MOST * shape[1] * shape[2]) {
    compute(maps, values);
    return allOf(shape);
  }
  compute.part?.(maps, values, part);
  return part;
}

/** The smallest part outside of which two maps of one shape are the same, bit by bit; null where they are. */
export function differing(one: Values, other: Values, [channels, height, width]: Shape): Part | null {
  const [before, now] = [bitsOf(one), bitsOf(other)];
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let channel = 0, at = 0; channel < channels; channel += 1) {
    for (let y = 0; y < height; y += 1, at += width) {
      let [first, last] = [0, width - 1];
      while (first < width && before[at + first] === now[at + first]) first += 1;
      if (first === width) continue;
      while (before[at + last] === now[at + last]) last -= 1;
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      [left, right] = [Math.min(left, first), Math.max(right, last)];
    }
  }
  return bottom < 0 ? null : { top, left, rows: bottom - top + 1, columns: right - left + 1 };
}

const bitsOf = ({ buffer, byteOffset, length }: Values) => new Int32Array(buffer, byteOffset, length);
