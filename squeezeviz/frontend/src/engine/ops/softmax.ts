/** Softmax along some axes, and its logarithm. */
import { placeOf, sourceOf, termAt } from "../numbers.ts";
import { alongAxes, wholeOf, wholes } from "../places.ts";
import type { Maps, Op, Opened, Opening } from "../types.ts";

const summed = (logits: readonly number[]): { largest: number; sum: number } => {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return { largest, sum: logits.reduce((all, logit) => all + Math.exp(logit - largest), 0) };
};

function op(isLog: boolean): Op {
  const share = (logit: number, { largest, sum }: ReturnType<typeof summed>): number =>
    isLog ? logit - largest - Math.log(sum) : Math.exp(logit - largest) / sum;
  return {
    prepare: ({ step: { shape = [], axes = [] } }) => {
      const { starts, steps } = wholes(shape, axes);
      const logits = new Array<number>(steps.length);
      return ([maps], into) => {
        const { values } = maps as Maps;
        for (const start of starts) {
          for (let at = 0; at < steps.length; at += 1) logits[at] = values[start + (steps[at] as number)] as number;
          const own = summed(logits);
          for (const step of steps) into[start + step] = share(values[start + step] as number, own);
        }
      };
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
