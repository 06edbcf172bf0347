/** Numbers that only move: reshaped, moved axis by axis, or joined. */
import { firstOf, placeOf, sourceAt, sourceOf, termAt } from "../numbers.ts";
import { indexOf, sizeOf, stridesOf } from "../places.ts";
import type { Maps, Op, Opened, Opening, Step, Term } from "../types.ts";

const copied = (term: Term): Opened => ({ kind: "copy", bias: 0, terms: [term] });
const constant = (value: number): Opened => ({ kind: "copy", bias: value, terms: [] });

export const reshaping: Op = {
  compute: (inputs) => firstOf(inputs).values.slice(),
  open: (opening) => copied(termAt(opening, sourceOf(opening), placeOf(opening), 1)),
};

const FILLED = -1;

/** For each axis, what each of its cells adds to the place of the input's number; -1 where that is the filling. */
function stepsOf({ axes = [], cells = [], ...step }: Step): number[][] {
  const strides = stridesOf(step.from ?? []);
  return cells.map((from, axis) => from.map((cell) => (cell < 0 ? FILLED : cell * (strides[axes[axis] ?? 0] ?? 1))));
}

export const moving: Op = {
  compute: (inputs, { step }) => {
    const { values } = firstOf(inputs);
    const steps = stepsOf(step);
    const made = new Float32Array(sizeOf(steps.map(({ length }) => length))).fill(step.fill ?? 0);
    let to = 0;
    const go = (axis: number, from: number): void => {
      const own = steps[axis] as number[];
      const isLast = axis === steps.length - 1;
      for (const step of own) {
        const at = step === FILLED || from === FILLED ? FILLED : from + step;
        if (!isLast) go(axis + 1, at);
        else {
          if (at !== FILLED) made[to] = values[at] as number;
          to += 1;
        }
      }
    };
    go(0, 0);
    return made;
  },
  open: (opening): Opened => {
    const steps = stepsOf(opening.step);
    const index = indexOf(
      placeOf(opening),
      steps.map(({ length }) => length),
    );
    const from = steps.map((own, axis) => own[index[axis] as number] as number);
    if (from.includes(FILLED)) return constant(opening.step.fill ?? 0);
    const place = from.reduce((a, b) => a + b, 0);
    return copied(termAt(opening, sourceOf(opening), place, 1));
  },
};

/** Of what is joined: how many numbers lie in one piece, of each input. */
const piecesOf = ({ shapes = [], axis = 1 }: Step): number[] => shapes.map((shape) => sizeOf(shape.slice(axis)));

/** Where the constants of each input begin among those that are stored. */
function heldFrom({ shapes = [], moving = [] }: Step, operand: number): number {
  return shapes.slice(0, operand).reduce((sum, shape, at) => sum + (moving.includes(at) ? 0 : sizeOf(shape)), 0);
}

export const concatenation: Op = {
  compute: async (inputs, { step, weights }) => {
    const { moving = [], shapes = [] } = step;
    const held = shapes.length > moving.length ? (await weights()).kernels : new Float32Array(0);
    const parts = shapes.map((shape, at) => {
      const own = moving.indexOf(at);
      const start = heldFrom(step, at);
      return own < 0 ? held.subarray(start, start + sizeOf(shape)) : (inputs[own] as Maps).values;
    });
    const pieces = piecesOf(step);
    const made = new Float32Array(sizeOf(step.shape ?? []));
    for (let to = 0, row = 0; to < made.length; row += 1) {
      parts.forEach((part, at) => {
        const size = pieces[at] as number;
        made.set(part.subarray(row * size, (row + 1) * size), to);
        to += size;
      });
    }
    return made;
  },
  open: (opening: Opening): Opened => {
    const { step, layer, weights } = opening;
    const pieces = piecesOf(step);
    const whole = pieces.reduce((a, b) => a + b, 0);
    const place = placeOf(opening);
    let [operand, rest] = [0, place % whole];
    while (rest >= (pieces[operand] as number)) {
      rest -= pieces[operand] as number;
      operand += 1;
    }
    const from = Math.floor(place / whole) * (pieces[operand] as number) + rest;
    const own = (step.moving ?? []).indexOf(operand);
    if (own < 0) return constant(weights(layer.name).kernels[heldFrom(step, operand) + from] as number);
    return copied(termAt(opening, sourceAt(opening, own), from, 1));
  },
};
