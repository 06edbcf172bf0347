/** Answers to several crops of one photo, brought together. */

import type { Values } from "../engine/types.ts";
import { sigmoid } from "../host/decode.ts";

/**
 * Logits whose softmax is the average of the crops' own: what `averaged` of ../../../results/prediction.py returns. Where
 * each class is answered for itself, those whose sigmoid is.
 */
export function averaged(crops: readonly Values[], isSigmoid: boolean): Values {
  const [first] = crops as [Values];
  if (isSigmoid) {
    const shares = crops.map(sigmoid);
    return first.map((_, at) => {
      const share = shares.reduce((sum, each) => sum + (each[at] as number), 0) / crops.length;
      return Math.log(share) - Math.log1p(-share);
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
