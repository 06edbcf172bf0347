import { firstOf, largestOf, onlyLargest, sourceOf, termOf } from "../numbers.ts";
import type { Maps, Op, Opened, Opening, Values, Work } from "../types.ts";
import { counted, reach } from "../windows.ts";

interface Window {
  /** Rows or columns of the input. */
  cells: number[];
  /** How many count where padding does. */
  counted: number;
}

/** Windows that move. */
function moving(isMax: boolean): Op["compute"] {
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
          made[to] = isMax ? largestIn(map, columns, ys, xs) : sumIn(map, columns, ys, xs) / count;
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

function openMoving(opening: Opening, isMax: boolean): Opened {
  const { step, channel, cell, maps } = opening;
  const name = sourceOf(opening);
  const [, height, width] = maps(name).shape;
  const rows = reach(step, 0, cell[0], height).map(({ at }) => at);
  const columns = reach(step, 1, cell[1], width).map(({ at }) => at);
  const padded = counted(step, 0, cell[0], height) * counted(step, 1, cell[1], width);
  const count = step.include_pad ? padded : rows.length * columns.length;
  const terms = rows.flatMap((y) => columns.map((x) => termOf(opening, name, channel, [y, x], 1 / count)));
  return isMax ? { kind: "max", bias: 0, terms: onlyLargest(terms) } : { kind: "mean", bias: 0, terms };
}

/** One number for each channel's whole map. */
function whole(summary: (map: Float32Array) => number): Op["compute"] {
  return (inputs: Maps[]): Values => {
    const {
      shape: [channels, height, width],
      values,
    } = firstOf(inputs);
    const cells = height * width;
    return Float32Array.from({ length: channels }, (_, channel) =>
      summary(values.subarray(channel * cells, (channel + 1) * cells)),
    );
  };
}

function openWhole(opening: Opening, isMax: boolean): Opened {
  const name = sourceOf(opening);
  const [, height, width] = opening.maps(name).shape;
  const cells = height * width;
  const terms = Array.from({ length: cells }, (_, at) =>
    termOf(opening, name, opening.channel, [Math.floor(at / width), at % width], 1 / cells),
  );
  return isMax ? { kind: "max", bias: 0, terms: onlyLargest(terms) } : { kind: "mean", bias: 0, terms };
}

const mean = (map: Float32Array) => map.reduce((a, b) => a + b, 0) / map.length;

export const maxPooling: Op = { compute: moving(true), open: (opening) => openMoving(opening, true) };
export const averagePooling: Op = { compute: moving(false), open: (opening) => openMoving(opening, false) };
export const globalMaxPooling: Op = { compute: whole(largestOf), open: (opening) => openWhole(opening, true) };
export const globalAveragePooling: Op = { compute: whole(mean), open: (opening) => openWhole(opening, false) };
