/** Resizing: each cell is a share of a few of the input's, along each axis. */
import { placeOf, sourceOf, termAt } from "../numbers.ts";
import { indexOf, sizeOf, stridesOf } from "../places.ts";
import type { Maps, Op, Opened, Step } from "../types.ts";

type Share = [place: number, weight: number];

/** The places of the input that make one number, with what each counts. */
function sharesOf({ from = [], shares = [] }: Step, index: readonly number[]): Share[] {
  const strides = stridesOf(from);
  return shares.reduce<Share[]>(
    (found, axis, at) =>
      found.flatMap(([place, weight]) =>
        (axis[index[at] as number] ?? []).map(
          ([cell, share]): Share => [place + cell * (strides[at] as number), weight * share],
        ),
      ),
    [[0, 1]],
  );
}

const shapeOf = ({ shares = [] }: Step): number[] => shares.map(({ length }) => length);

export const resizing: Op = {
  prepare: ({ step }) => {
    const shape = shapeOf(step);
    const all = Array.from({ length: sizeOf(shape) }, (_, place) => sharesOf(step, indexOf(place, shape)));
    return ([maps], into) => {
      const { values } = maps as Maps;
      all.forEach((shares, place) => {
        into[place] = shares.reduce((sum, [at, weight]) => sum + weight * (values[at] as number), 0);
      });
    };
  },
  open: (opening): Opened => {
    const shares = sharesOf(opening.step, indexOf(placeOf(opening), shapeOf(opening.step)));
    const terms = shares.map(([place, weight]) => termAt(opening, sourceOf(opening), place, weight));
    return { kind: terms.length === 1 ? "copy" : "sum", bias: 0, terms };
  },
};
