/** Numbers that only move: reshaped, moved axis by axis, or joined. */
import type { Part } from "../kernels/machine.ts";
import { placeOf, sourceAt, sourceOf, termAt } from "../numbers.ts";
import { copyPart } from "../parts.ts";
import { indexOf, sizeOf, stridesOf } from "../places.ts";
import type { Compute, Maps, Op, Opened, Opening, Step, Term } from "../types.ts";

const copied = (term: Term): Opened => ({ kind: "copy", bias: 0, terms: [term] });
const constant = (value: number): Opened => ({ kind: "copy", bias: value, terms: [] });

export const reshaping: Op = {
  prepare:
    () =>
    ([maps], into) =>
      into.set((maps as Maps).values),
  open: (opening) => copied(termAt(opening, sourceOf(opening), placeOf(opening), 1)),
};

const FILLED = -1;

/** For each axis, what each of its cells adds to the place of the input's number; -1 where that is the filling. */
function stepsOf({ axes = [], cells = [], ...step }: Step): number[][] {
  const strides = stridesOf(step.from ?? []);
  return cells.map((from, axis) => from.map((cell) => (cell < 0 ? FILLED : cell * (strides[axes[axis] ?? 0] ?? 1))));
}

/** Where only rows and columns are padded or cut off: which of the input's are left; null where more happens. */
function partOf({ axes = [], cells = [], from = [] }: Step): Part | null {
  const isInOrder = from.length >= 2 && axes.every((axis, at) => axis === at);
  const isWhole = (own: number[], axis: number) => own.length === from[axis] && own.every((cell, at) => cell === at);
  const starts = cells.slice(-2).map((own, at) => {
    const first = own.findIndex((cell) => cell !== FILLED);
    const start = (own[first] ?? 0) - first;
    const size = from[from.length - 2 + at] as number;
    const isRun = own.every((cell, at) => cell === (start + at >= 0 && start + at < size ? start + at : FILLED));
    return first >= 0 && isRun ? start : null;
  });
  const [top, left] = starts;
  if (!isInOrder || !cells.slice(0, -2).every(isWhole) || typeof top !== "number" || typeof left !== "number")
    return null;
  const [rows, columns] = cells.slice(-2).map(({ length }) => length) as [number, number];
  return { top, left, rows, columns };
}

/** Where each number is from. */
function placesOf(step: Step): Int32Array {
  const steps = stepsOf(step);
  const found = new Int32Array(sizeOf(steps.map(({ length }) => length)));
  let to = 0;
  const go = (axis: number, from: number): void => {
    for (const own of steps[axis] as number[]) {
      const at = own === FILLED || from === FILLED ? FILLED : from + own;
      if (axis < steps.length - 1) go(axis + 1, at);
      else {
        found[to] = at;
        to += 1;
      }
    }
  };
  go(0, 0);
  return found;
}

export const moving: Op = {
  prepare: ({ step, space }) => {
    const part = partOf(step);
    if (part) {
      const shape = [sizeOf((step.from ?? []).slice(0, -2)), ...(step.from ?? []).slice(-2)];
      return ([maps], into) =>
        space.machine.pad((maps as Maps).values.byteOffset, shape, into.byteOffset, part, step.fill ?? 0);
    }
    const places = placesOf(step);
    return ([maps], into) => {
      const { values } = maps as Maps;
      for (let at = 0; at < into.length; at += 1) {
        const from = places[at] as number;
        into[at] = from === FILLED ? (step.fill ?? 0) : (values[from] as number);
      }
    };
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
  prepare: (setup) => {
    const { step, weights, space, inputs, shape } = setup;
    const { moving = [], shapes = [] } = step;
    const held = shapes.length > moving.length ? weights().kernels : new Float32Array(0);
    const pieces = piecesOf(step);
    const compute: Compute = (inputs, into) => {
      let to = 0;
      for (let row = 0; to < into.length; row += 1) {
        shapes.forEach((_, at) => {
          const [size, own] = [pieces[at] as number, moving.indexOf(at)];
          const from = row * size + (own < 0 ? heldFrom(step, at) : 0);
          const values = own < 0 ? held : (inputs[own] as Maps).values;
          const isThere = values.buffer === into.buffer && values.byteOffset + 4 * from === into.byteOffset + 4 * to;
          if (!isThere) into.set(values.subarray(from, from + size), to); // see joined.ts
          to += size;
        });
      }
    };
    const isOfChannels = inputs.reduce((sum, [channels]) => sum + channels, 0) === shape[0] && held.length === 0;
    if (!isOfChannels || inputs.some((input) => input.slice(1).join() !== shape.slice(1).join())) return compute;
    const part: Compute["part"] = (maps, into, cells) => {
      let first = 0;
      for (const each of maps) {
        const own = into.subarray(first);
        if (own.byteOffset !== each.values.byteOffset) copyPart(space, each, own, cells); // see joined.ts
        first += each.values.length;
      }
    };
    return Object.assign(compute, { part });
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
