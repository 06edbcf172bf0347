/** Layers that are joined by channels lie within what joins them: nothing is copied, and they are read where they were made. */
import type { Layer } from "../protocol.ts";
import { sizeOf } from "./places.ts";
import type { GraphSpec, Shape } from "./types.ts";

/** Layer → the one that it is a part of, and how many numbers of that come before it. */
export type Joined = ReadonlyMap<string, { whole: string; before: number }>;

const VECTOR = 4; // kernels read and write so many numbers at once: a part begins and ends where a vector does

/** Of layers that several joins read, the first has them; a part is no whole of others. */
export function joinedIn(layers: readonly Layer[], graphSpec: GraphSpec, shapes: ReadonlyMap<string, Shape>): Joined {
  const found = new Map<string, { whole: string; before: number }>();
  const wholes = new Set<string>();
  const own = new Set(layers.map(({ name }) => name));
  for (const { name, inputs } of layers) {
    const step = graphSpec[name];
    if (step?.op !== "Concat" || step.relu || found.has(name)) continue; // ReLU after it would be taken of its parts, too
    const parts = inputs.map((input) => shapes.get(input) as Shape);
    if (!isOfChannels(parts, shapes.get(name) as Shape)) continue;
    let before = 0;
    inputs.forEach((input, at) => {
      const size = sizeOf(parts[at] as Shape);
      const isFree = own.has(input) && !found.has(input) && !wholes.has(input);
      if (isFree && before % VECTOR === 0 && size % VECTOR === 0) {
        found.set(input, { whole: name, before });
        wholes.add(name);
      }
      before += size;
    });
  }
  return found;
}

/** Whether these, one after the other, are all of it. */
const isOfChannels = (parts: readonly Shape[], [channels, ...cells]: Shape): boolean =>
  parts.reduce((sum, [count]) => sum + count, 0) === channels &&
  parts.every((part) => part.slice(1).join() === cells.join());
