import { largestOf, onlyLargest, placeOf, sourceOf, termAt, termOf } from "../numbers.ts";
import { alongAxes, wholes } from "../places.ts";
import { sliding } from "../sliding.ts";
import type { Maps, Op, Opened, Opening, Shape, Step, Term } from "../types.ts";
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
const moving: Readonly<Record<Summary, Op["prepare"]>> = {
  max: (setup) => sliding(setup, -Infinity, (slide) => setup.space.machine.slideLargest(slide)),
  mean: (setup) => {
    const { step, space, shape, inputs } = setup;
    const sums = sliding(setup, 0, (slide) => space.machine.slideSum(slide));
    const counts = countsOf(step, shape, inputs[0] as Shape);
    return (maps, into) => {
      sums(maps, into);
      for (let at = 0, cell = 0; at < into.length; at += 1, cell += 1) {
        if (cell === counts.length) cell = 0;
        into[at] = (into[at] as number) / (counts[cell] as number);
      }
    };
  },
  norm: ({ step, shape: [channels, height, width], inputs: [input] }) => {
    const [, rows, columns] = input as Shape;
    const [down, across] = [windows(step, 0, height, rows), windows(step, 1, width, columns)];
    return ([maps], into) => {
      let to = 0;
      for (let channel = 0; channel < channels; channel += 1) {
        const map = (maps as Maps).values.subarray(channel * rows * columns, (channel + 1) * rows * columns);
        for (const ys of down) {
          for (const xs of across) {
            into[to] = normOf(numbersIn(map, columns, ys, xs), step.p ?? 2);
            to += 1;
          }
        }
      }
    };
  },
};

/** How many numbers each cell is the mean of. */
function countsOf(step: Step, [, height, width]: Shape, [, rows, columns]: Shape): Float32Array {
  const [down, across] = [windows(step, 0, height, rows), windows(step, 1, width, columns)];
  const count = ({ cells, counted }: Window) => (step.include_pad ? counted : cells.length);
  return Float32Array.from(down.flatMap((ys) => across.map((xs) => count(ys) * count(xs))));
}

function windows(step: Step, axis: 0 | 1, count: number, size: number): Window[] {
  return Array.from({ length: count }, (_, cell) => ({
    cells: reach(step, axis, cell, size).map(({ at }) => at),
    counted: counted(step, axis, cell, size),
  }));
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
const whole =
  (summary: (map: Float32Array, step: Step) => number): Op["prepare"] =>
  ({ step, inputs }) => {
    const [, height, width] = inputs[0] as Shape;
    const cells = height * width;
    return ([maps], into) => {
      const { values } = maps as Maps;
      for (let channel = 0; channel < into.length; channel += 1)
        into[channel] = summary(values.subarray(channel * cells, (channel + 1) * cells), step);
    };
  };

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
    prepare: ({ step, space }) => {
      const { from = [], axes = [] } = step;
      const { starts, steps } = wholes(from, axes);
      if (kind === "mean" && isOfLastAxes(step))
        return ([maps], into) =>
          space.machine.means((maps as Maps).values.byteOffset, into.byteOffset, into.length, steps.length);
      const add = kind === "max" ? Math.max : (a: number, b: number) => a + b;
      return ([maps], into) => {
        const { values } = maps as Maps;
        for (let at = 0; at < into.length; at += 1) {
          const start = starts[at] as number;
          let found = kind === "max" ? -Infinity : 0;
          for (let step = 0; step < steps.length; step += 1)
            found = add(found, values[start + (steps[step] as number)] as number);
          into[at] = kind === "mean" ? found / steps.length : found;
        }
      };
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

const means: Op["prepare"] = ({ space, inputs: [input] }) => {
  const [channels, height, width] = input as Shape;
  return ([maps], into) =>
    space.machine.means((maps as Maps).values.byteOffset, into.byteOffset, channels, height * width);
};

/** Whether what is summed lies side by side, whole after whole. */
const isOfLastAxes = ({ from = [], axes = [] }: Step): boolean =>
  axes.every((axis, at) => axis === from.length - axes.length + at);

export const maxPooling: Op = { prepare: moving.max, open: (opening) => openMoving(opening, "max") };
export const averagePooling: Op = { prepare: moving.mean, open: (opening) => openMoving(opening, "mean") };
export const normPooling: Op = { prepare: moving.norm, open: (opening) => openMoving(opening, "norm") };
export const globalMaxPooling: Op = { prepare: whole(largestOf), open: (opening) => openWhole(opening, "max") };
export const globalAveragePooling: Op = { prepare: means, open: (opening) => openWhole(opening, "mean") };
export const globalNormPooling: Op = {
  prepare: whole((map, { p = 2 }) => normOf([...map], p)),
  open: (opening) => openWhole(opening, "norm"),
};
export const meanAlong = reduced("mean");
export const sumAlong = reduced("sum");
export const maxAlong = reduced("max");
