/** Quantisation: to whole numbers, and back. */
import { firstOf, placeOf, sourceOf, termAt } from "../numbers.ts";
import { stridesOf } from "../places.ts";
import type { Op, Opened, Step } from "../types.ts";

/** A number's scale and zero point. */
function scaleAt({ scales = [], zeros = [], shape = [], axis = 1 }: Step, place: number): [number, number] {
  const stride = stridesOf(shape)[axis] ?? 1;
  const at = scales.length === 1 ? 0 : Math.floor(place / stride) % (shape[axis] ?? 1);
  return [scales[at] as number, zeros[at] as number];
}

/** Half-way numbers go to the even neighbour. */
function rounded(number: number): number {
  const below = Math.floor(number);
  const rest = number - below;
  if (rest !== 0.5) return Math.round(number);
  return below % 2 === 0 ? below : below + 1;
}

function quantised(step: Step, number: number, place: number): number {
  const [scale, zero] = scaleAt(step, place);
  const whole = rounded(Math.fround(number / Math.fround(scale))) + zero;
  return Math.min(Math.max(whole, step.low ?? 0), step.high ?? 255);
}

export const quantisation: Op = {
  compute: (inputs, { step }) => firstOf(inputs).values.map((number, at) => quantised(step, number, at)),
  open: (opening): Opened => {
    const { step } = opening;
    const place = placeOf(opening);
    const [scale, zero] = scaleAt(step, place);
    const term = termAt(opening, sourceOf(opening), place, 1);
    const written = Number(scale.toPrecision(6));
    const formula = `round(x / ${written}) + ${zero}, from ${step.low} to ${step.high}`;
    return { kind: "function", bias: 0, terms: [term], formula, total: quantised(step, term.value, place) };
  },
};

export const dequantisation: Op = {
  compute: (inputs, { step }) =>
    firstOf(inputs).values.map((number, at) => {
      const [scale, zero] = scaleAt(step, at);
      return (number - zero) * scale;
    }),
  open: (opening): Opened => {
    const place = placeOf(opening);
    const [scale, zero] = scaleAt(opening.step, place);
    return { kind: "sum", bias: -zero * scale, terms: [termAt(opening, sourceOf(opening), place, scale)] };
  },
};
