import { firstOf, termOf } from "../numbers.ts";
import type { Maps, Op, Opened, Opening, Values } from "../types.ts";

function compute(inputs: Maps[]): Values {
  const other = inputs[1] as Maps;
  return firstOf(inputs).values.map((number, at) => number + (other.values[at] as number));
}

function open(opening: Opening): Opened {
  const { layer, channel, cell } = opening;
  return { kind: "sum", bias: 0, terms: layer.inputs.map((part) => termOf(opening, part, channel, cell, 1)) };
}

export const addition: Op = { compute, open };
