/** Hide one patch of the input after the other: what evidence/occlusion.py does, in the same order. */
import type { Part } from "../kernels/machine.ts";
import type { Network, Run } from "../network.ts";
import type { Maps, Values } from "../types.ts";
import { type Trial, unknown } from "./trial.ts";

/** In input pixels: a patch's height and width, and the way from one to the next. */
export interface Patches {
  patch_px: number;
  stride_px: number;
}

/** How many patches cover an input along each axis. */
export interface Grid {
  rows: number;
  columns: number;
}

export interface Occlusion extends Trial, Grid {}

export function gridOf([, height, width]: Maps["shape"], patches: Patches): Grid {
  return { rows: count(height, patches), columns: count(width, patches) };
}

const COARSEST = 8; // the first answers are for every eighth patch along each axis

/**
 * @param run Of the input as it is.
 * @param input The network's input, by name.
 * @param filling What patches show, of the input's shape: see `fillingOf`.
 */
export function occlusion(network: Network, run: Run, input: string, filling: Values, patches: Patches): Occlusion {
  const { shape } = run.layer(input);
  const [, height, width] = shape;
  const { rows, columns } = gridOf(shape, patches);
  const classes = network.logitsOf(run).length;
  const logits = unknown(rows * columns, classes);
  function* steps(): Generator<number, void> {
    const patched = network.patched(run, filling);
    try {
      let done = 0;
      for (const [row, column] of coarseFirst(rows, columns)) {
        const found = patched.of(patchAt(row, column, patches, height, width));
        logits.set(found, (row * columns + column) * classes);
        done += 1;
        yield done;
      }
    } finally {
      patched.release();
    }
  }
  return { rows, columns, total: rows * columns, logits, steps };
}

/** How many patches cover a side, the last one cut off where it does not fit. */
const count = (side: number, { patch_px, stride_px }: Patches): number =>
  Math.max(0, Math.ceil((side - patch_px) / stride_px)) + 1;

function patchAt(row: number, column: number, { patch_px, stride_px }: Patches, height: number, width: number): Part {
  const [top, left] = [row * stride_px, column * stride_px];
  return { top, left, rows: Math.min(patch_px, height - top), columns: Math.min(patch_px, width - left) };
}

function coarseFirst(rows: number, columns: number): [number, number][] {
  const ordered = new Map<number, [number, number]>();
  for (let apart = COARSEST; apart >= 1; apart /= 2) {
    for (let row = 0; row < rows; row += apart)
      for (let column = 0; column < columns; column += apart)
        if (!ordered.has(row * columns + column)) ordered.set(row * columns + column, [row, column]);
  }
  return [...ordered.values()];
}

/** The input under a patch, all of it: one number a channel, a colour as the preprocessing reads it. */
export function plainFilling({ shape, values }: Maps, colour: readonly number[]): Values {
  const cells = shape[1] * shape[2];
  return values.map((_, at) => colour[Math.floor(at / cells)] as number);
}

/** The input's own mean colour. */
export function meanFilling(input: Maps): Values {
  const cells = input.shape[1] * input.shape[2];
  const means = Array.from({ length: input.shape[0] }, (_, channel) => {
    const map = input.values.subarray(channel * cells, (channel + 1) * cells);
    return map.reduce((a, b) => a + b, 0) / cells;
  });
  return plainFilling(input, means);
}

/** The input under a Gaussian half as wide as a patch; at the edges the weights within the image count for all. */
export function blurredFilling({ shape, values }: Maps, { patch_px }: Patches): Values {
  const [channels, height, width] = shape;
  const [down, across] = [bells(height, patch_px / 2), bells(width, patch_px / 2)];
  const [made, half] = [new Float32Array(values.length), new Float64Array(height * width)];
  for (let channel = 0; channel < channels; channel += 1) {
    const start = channel * height * width;
    weigh(
      down,
      height,
      width,
      (from, x) => values[start + from * width + x] as number,
      (y, x, sum) => {
        half[y * width + x] = sum;
      },
    );
    weigh(
      across,
      width,
      height,
      (from, y) => half[y * width + from] as number,
      (x, y, sum) => {
        made[start + y * width + x] = sum;
      },
    );
  }
  return made;
}

/** Each place of a side as shares of all of them: (size, size). */
function bells(size: number, sigma: number): Float64Array {
  const made = new Float64Array(size * size);
  for (let to = 0; to < size; to += 1) {
    const own = made.subarray(to * size, (to + 1) * size);
    for (let from = 0; from < size; from += 1) own[from] = Math.exp(-0.5 * ((to - from) / sigma) ** 2);
    const sum = own.reduce((a, b) => a + b, 0);
    for (let from = 0; from < size; from += 1) own[from] = (own[from] as number) / sum;
  }
  return made;
}

/** Every line of `size` numbers, weighed by shares. */
function weigh(
  shares: Float64Array,
  size: number,
  lines: number,
  read: (from: number, line: number) => number,
  write: (to: number, line: number, sum: number) => void,
): void {
  for (let line = 0; line < lines; line += 1) {
    for (let to = 0; to < size; to += 1) {
      let sum = 0;
      for (let from = 0; from < size; from += 1) sum += (shares[to * size + from] as number) * read(from, line);
      write(to, line, sum);
    }
  }
}
