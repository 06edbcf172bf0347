import { firstOf, largestOf, sourceOf, termOf } from "../numbers.ts";
import type { Maps, Op, Opened, Opening, Values } from "../types.ts";

function compute(inputs: Maps[]): Values {
  const { values } = firstOf(inputs);
  const largest = largestOf(values);
  const powers = Float64Array.from(values, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return Float32Array.from(powers, (power) => power / sum);
}

function open(opening: Opening): Opened {
  const name = sourceOf(opening);
  const terms = Array.from({ length: opening.layer.shape[0] ?? 0 }, (_, at) => termOf(opening, name, at, [0, 0], 1));
  return { kind: "softmax", bias: 0, terms };
}

export const softmax: Op = { compute, open };
