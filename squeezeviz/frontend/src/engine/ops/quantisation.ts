/** Quantisation: to whole numbers, and back. */
import { placeOf, sourceOf, termAt } from "../numbers.ts";
import { stridesOf } from "../places.ts";
import type { Compute, Op, Opened, Setup, Step } from "../types.ts";

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

function dequantised(step: Step, number: number, place: number): number {
  const [scale, zero] = scaleAt(step, place);
  return (number - zero) * scale;
}

const mapped =
  ({ step }: Setup, of: typeof quantised): Compute =>
  ([maps], into) => {
    for (let at = 0; at < into.length; at += 1) into[at] = of(step, maps?.values[at] as number, at);
  };

export const quantisation: Op = {
  prepare: (setup) => mapped(setup, quantised),
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
  prepare: (setup) => mapped(setup, dequantised),
  open: (opening): Opened => {
    const place = placeOf(opening);
    const [scale, zero] = scaleAt(opening.step, place);
    return { kind: "sum", bias: -zero * scale, terms: [termAt(opening, sourceOf(opening), place, scale)] };
  },
};
