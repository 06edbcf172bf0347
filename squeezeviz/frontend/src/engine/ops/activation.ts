import { firstOf, sourceOf, termOf } from "../numbers.ts";
import type { Op, Opened, Opening } from "../types.ts";

function open(opening: Opening): Opened {
  const terms = [termOf(opening, sourceOf(opening), opening.channel, opening.cell, 1)];
  return { kind: "function", bias: 0, terms, formula: "max(0, x)" };
}

export const relu: Op = {
  compute: (inputs) => firstOf(inputs).values.map((number) => Math.max(0, number)),
  open,
  isWithRelu: true,
};
