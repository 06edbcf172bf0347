/** Answers to several crops of one photo, brought together. */

import type { Values } from "../engine/types.ts";

/**
 * Logits whose softmax is the average of the crops' own: what `averaged` of ../../../results/prediction.py returns. Where
 * each class is answered for itself, those whose sigmoid is: its `averaged_odds`.
 */
export function averaged(crops: readonly Values[], isSigmoid: boolean): Values {
  const [first] = crops as [Values];
  if (isSigmoid) {
    return first.map((_, at) => {
      // Logarithms: a share near 1 is told from 1 by what it lacks.
      const [yes, no] = [-1, 1].map((sign) => logSumExp(crops.map((crop) => -softplus(sign * (crop[at] as number)))));
      return (yes as number) - (no as number);
    });
  }
  const totals = crops.map(logSumExp);
  const mean = totals.reduce((a, b) => a + b, 0) / crops.length;
  return first.map((_, at) => {
    const logs = crops.map((crop, which) => (crop[at] as number) - (totals[which] as number));
    return logSumExp(logs) - Math.log(crops.length) + mean;
  });
}

function logSumExp(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const largest = all.reduce((a, b) => Math.max(a, b), -Infinity);
  return largest + Math.log(all.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
