/** Softmax along some axes, and its logarithm. */
import { firstOf, placeOf, sourceOf, termAt } from "../numbers.ts";
import { alongAxes, sizeOf, wholeOf } from "../places.ts";
import type { Op, Opened, Opening } from "../types.ts";

const summed = (logits: readonly number[]): { largest: number; sum: number } => {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return { largest, sum: logits.reduce((all, logit) => all + Math.exp(logit - largest), 0) };
};

function op(isLog: boolean): Op {
  const share = (logit: number, { largest, sum }: ReturnType<typeof summed>): number =>
    isLog ? logit - largest - Math.log(sum) : Math.exp(logit - largest) / sum;
  return {
    compute: (inputs, { step }) => {
      const { values } = firstOf(inputs);
      const { shape = [], axes = [] } = step;
      const made = new Float32Array(values.length);
      const wholes = values.length / sizeOf(axes.map((axis) => shape[axis] as number));
      for (let whole = 0; whole < wholes; whole += 1) {
        const places = alongAxes(shape, axes, whole);
        const own = summed(places.map((place) => values[place] as number));
        for (const place of places) made[place] = share(values[place] as number, own);
      }
      return made;
    },
    open: (opening: Opening): Opened => {
      const { shape = [], axes = [] } = opening.step;
      const place = placeOf(opening);
      const places = alongAxes(shape, axes, wholeOf(shape, axes, place));
      const terms = places.map((at) => termAt(opening, sourceOf(opening), at, isLog && at !== place ? 0 : 1));
      const logits = terms.map(({ value }) => value);
      const total = share(logits[places.indexOf(place)] as number, summed(logits));
      if (!isLog) return { kind: "softmax", bias: 0, terms, total };
      return { kind: "function", bias: 0, terms, formula: "x − log Σ e^x", total };
    },
  };
}

export const softmax = op(false);
export const logSoftmax = op(true);
