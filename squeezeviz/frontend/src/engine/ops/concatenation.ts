import { termOf } from "../numbers.ts";
import type { Maps, Op, Opened, Opening, Values } from "../types.ts";

function compute(inputs: Maps[]): Values {
  const made = new Float32Array(inputs.reduce((sum, { values }) => sum + values.length, 0));
  let to = 0;
  for (const { values } of inputs) {
    made.set(values, to);
    to += values.length;
  }
  return made;
}

/** The one input that the channel is of. */
function open(opening: Opening): Opened {
  const { layer, channel, cell, maps } = opening;
  let rest = channel;
  for (const part of layer.inputs) {
    const [count] = maps(part).shape;
    if (rest < count) return { kind: "copy", bias: 0, terms: [termOf(opening, part, rest, cell, 1)] };
    rest -= count;
  }
  throw new RangeError(`${layer.name}: its inputs have fewer than ${channel + 1} channels`);
}

export const concatenation: Op = { compute, open };
