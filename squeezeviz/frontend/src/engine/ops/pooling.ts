import { firstOf, largestOf, onlyLargest, placeOf, sourceOf, termAt, termOf } from "../numbers.ts";
import { alongAxes, sizeOf } from "../places.ts";
import type { Maps, Op, Opened, Opening, Step, Term, Values, Work } from "../types.ts";
import { counted, reach } from "../windows.ts";

interface Window {
  /** Rows or columns of the input. */
  cells: number[];
  /** How many count where padding does. */
  counted: number;
}

type Summary = "max" | "mean" | "norm";

/** The p-norm of some numbers. */
const normOf = (numbers: readonly number[], p: number): number =>
  numbers.reduce((sum, number) => sum + Math.abs(number) ** p, 0) ** (1 / p);

function opened(terms: Term[], summary: Summary, p: number): Opened {
  if (summary === "max") return { kind: "max", bias: 0, terms: onlyLargest(terms) };
  if (summary === "mean") return { kind: "mean", bias: 0, terms };
  const total = normOf(
    terms.map(({ value }) => value),
    p,
  );
  const plain = terms.map((term) => ({ ...term, weight: 1 }));
  return { kind: "function", bias: 0, terms: plain, formula: `(Σ |x|^${p})^(1/${p})`, total };
}

/** Windows that move. */
function moving(kind: Summary): Op["compute"] {
  return (inputs, { step, shape }) => {
    const { shape: sizes, values } = firstOf(inputs);
    const [channels, height, width] = shape;
    const [, rows, columns] = sizes;
    const [down, across] = [windows(step, 0, height, rows), windows(step, 1, width, columns)];
    const made = new Float32Array(channels * height * width);
    let to = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      const map = values.subarray(channel * rows * columns, (channel + 1) * rows * columns);
      for (const ys of down) {
        for (const xs of across) {
          const count = step.include_pad ? ys.counted * xs.counted : ys.cells.length * xs.cells.length;
          if (kind === "max") made[to] = largestIn(map, columns, ys, xs);
          else if (kind === "mean") made[to] = sumIn(map, columns, ys, xs) / count;
          else made[to] = normOf(numbersIn(map, columns, ys, xs), step.p ?? 2);
          to += 1;
        }
      }
    }
    return made;
  };
}

function windows(step: Work["step"], axis: 0 | 1, count: number, size: number): Window[] {
  return Array.from({ length: count }, (_, cell) => ({
    cells: reach(step, axis, cell, size).map(({ at }) => at),
    counted: counted(step, axis, cell, size),
  }));
}

function largestIn(map: Float32Array, columns: number, ys: Window, xs: Window): number {
  let largest = -Infinity;
  for (const y of ys.cells) {
    for (const x of xs.cells) {
      const found = map[y * columns + x] as number;
      if (found > largest) largest = found;
    }
  }
  return largest;
}

function sumIn(map: Float32Array, columns: number, ys: Window, xs: Window): number {
  let sum = 0;
  for (const y of ys.cells) for (const x of xs.cells) sum += map[y * columns + x] as number;
  return sum;
}

const numbersIn = (map: Float32Array, columns: number, ys: Window, xs: Window): number[] =>
  ys.cells.flatMap((y) => xs.cells.map((x) => map[y * columns + x] as number));

function openMoving(opening: Opening, kind: Summary): Opened {
  const { step, channel, cell, maps } = opening;
  const name = sourceOf(opening);
  const [, height, width] = maps(name).shape;
  const rows = reach(step, 0, cell[0], height).map(({ at }) => at);
  const columns = reach(step, 1, cell[1], width).map(({ at }) => at);
  const padded = counted(step, 0, cell[0], height) * counted(step, 1, cell[1], width);
  const count = step.include_pad ? padded : rows.length * columns.length;
  const terms = rows.flatMap((y) => columns.map((x) => termOf(opening, name, channel, [y, x], 1 / count)));
  return opened(terms, kind, step.p ?? 2);
}

/** One number for each channel's whole map. */
function whole(summary: (map: Float32Array, step: Step) => number): Op["compute"] {
  return (inputs: Maps[], { step }: Work): Values => {
    const {
      shape: [channels, height, width],
      values,
    } = firstOf(inputs);
    const cells = height * width;
    return Float32Array.from({ length: channels }, (_, channel) =>
      summary(values.subarray(channel * cells, (channel + 1) * cells), step),
    );
  };
}

function openWhole(opening: Opening, kind: Summary): Opened {
  const name = sourceOf(opening);
  const [, height, width] = opening.maps(name).shape;
  const cells = height * width;
  const terms = Array.from({ length: cells }, (_, at) =>
    termOf(opening, name, opening.channel, [Math.floor(at / width), at % width], 1 / cells),
  );
  return opened(terms, kind, opening.step.p ?? 2);
}

/** All that lie along some axes, as one number. */
function reduced(kind: Summary | "sum"): Op {
  return {
    compute: (inputs, { step: { from = [], axes = [] } }) => {
      const { values } = firstOf(inputs);
      const made = new Float32Array(values.length / sizeOf(axes.map((axis) => from[axis] as number)));
      for (let at = 0; at < made.length; at += 1) {
        const found = alongAxes(from, axes, at).map((place) => values[place] as number);
        const sum = found.reduce((a, b) => (kind === "max" ? Math.max(a, b) : a + b));
        made[at] = kind === "mean" ? sum / found.length : sum;
      }
      return made;
    },
    open: (opening): Opened => {
      const { from = [], axes = [] } = opening.step;
      const places = alongAxes(from, axes, placeOf(opening));
      const weight = kind === "mean" ? 1 / places.length : 1;
      const terms = places.map((place) => termAt(opening, sourceOf(opening), place, weight));
      return kind === "sum" ? { kind, bias: 0, terms } : opened(terms, kind, 2);
    },
  };
}

const mean = (map: Float32Array) => map.reduce((a, b) => a + b, 0) / map.length;

export const maxPooling: Op = { compute: moving("max"), open: (opening) => openMoving(opening, "max") };
export const averagePooling: Op = { compute: moving("mean"), open: (opening) => openMoving(opening, "mean") };
export const normPooling: Op = { compute: moving("norm"), open: (opening) => openMoving(opening, "norm") };
export const globalMaxPooling: Op = { compute: whole(largestOf), open: (opening) => openWhole(opening, "max") };
export const globalAveragePooling: Op = { compute: whole(mean), open: (opening) => openWhole(opening, "mean") };
export const globalNormPooling: Op = {
  compute: whole((map, { p = 2 }) => normOf([...map], p)),
  open: (opening) => openWhole(opening, "norm"),
};
export const meanAlong = reduced("mean");
export const sumAlong = reduced("sum");
export const maxAlong = reduced("max");
