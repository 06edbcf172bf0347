/** Patches hidden one after the other: what each is worth, and where it lies. */
import type { Box } from "../../../draw/channel.ts";
import type { Tried } from "../../../store/types.ts";
import { type Cell, within } from "../cell_map.tsx";

export type Unit = "logit" | "probability";
export type Fill = "grey" | "mean" | "blur";

export interface Patches {
  patch_px: number;
  stride_px: number;
  fill: Fill;
}

/** What a person has chosen; what is left out follows the input's size. */
export type Chosen = Partial<Patches>;

/** Sizes of patches, and how far apart they may be, in pixels of an input. */
export interface Sizes {
  patches: number[];
  strides: number[];
  /** What Python takes where it is not told: about a seventh of the shorter side, and half of that. */
  usual: { patch_px: number; stride_px: number };
}

/** Of 227 or 224 pixels: patches of 16 to 64, the usual one 32, every 4 to 32. */
export function sizesFor([height, width]: [number, number]): Sizes {
  const side = Math.min(height, width);
  const patch = Math.min(side, Math.max(2, 2 * Math.floor(side / 14 + 0.5)));
  const of = (shares: number[]) => [
    ...new Set(shares.map((share) => Math.min(side, Math.max(1, Math.round(share * patch))))),
  ];
  return {
    patches: of([0.5, 0.75, 1, 1.5, 2]),
    strides: of([0.125, 0.25, 0.5, 1]),
    usual: { patch_px: patch, stride_px: Math.max(1, Math.floor(patch / 2)) },
  };
}

/** What is to be hidden of an input: as chosen, where that is on offer for it, with no pixels left out between patches. */
export function patchesOf(chosen: Chosen, { patches, strides, usual }: Sizes): Patches {
  const { patch_px: asked = usual.patch_px, stride_px: apart = usual.stride_px, fill = "grey" } = chosen;
  const patch = patches.includes(asked) ? asked : usual.patch_px;
  const stride = strides.includes(apart) ? apart : usual.stride_px;
  if (stride <= patch) return { patch_px: patch, stride_px: stride, fill };
  return { patch_px: patch, stride_px: strides.filter((px) => px <= patch).at(-1) ?? 1, fill };
}

/** How many patches cover an input. */
export function patchCount({ patch_px: patch, stride_px: stride }: Patches, [height, width]: [number, number]): number {
  const along = (px: number) => Math.max(0, Math.ceil((px - patch) / stride)) + 1;
  return along(height) * along(width);
}

/** What a patch is worth to the class: what the class loses without it. NaN where it has not been hidden yet. */
export function worthOf(made: Tried, unit: Unit, at: number): number {
  if (unit === "logit") return made.logit - (made.logits[at] ?? NaN);
  return made.probability - (made.probabilities[at] ?? NaN);
}

/** What is known of all patches. */
export interface Worths {
  /** NaN where a patch has not been hidden yet. */
  values: number[];
  /** The largest of them, for or against. */
  most: number;
  best: Cell;
  /** Patches without which the answer is another, the one worth most first. */
  flips: Cell[];
}

export function worths(made: Tried, unit: Unit): Worths {
  const values = Array.from({ length: made.rows * made.columns }, (_, at) => worthOf(made, unit, at));
  const known = [...values.keys()].filter((at) => !Number.isNaN(values[at]));
  known.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
  const cell = (at: number): Cell => [Math.floor(at / made.columns), at % made.columns];
  return {
    values,
    most: known.reduce((most, at) => Math.max(most, Math.abs(values[at] ?? 0)), 0),
    best: cell(known[0] ?? 0),
    flips: known.filter((at) => made.best[at] !== made.answer).map(cell),
  };
}

/** The value of a patch; where it is not known yet, of the coarser grid's that stands nearest. */
export function nearest(values: number[], columns: number, [row, column]: Cell): number {
  for (const apart of [1, 2, 4, 8]) {
    const value = values[(row - (row % apart)) * columns + column - (column % apart)] ?? NaN;
    if (!Number.isNaN(value)) return value;
  }
  return NaN;
}

type Grid = Pick<Tried, "rows" | "columns" | "patch_px" | "stride_px" | "input_px">;

/** First and last row, first and last column of pixels that a patch hides. */
export function pixelsOf({ patch_px: patch, stride_px: stride, input_px: [height, width] }: Grid, [row, column]: Cell) {
  const [top, left] = [row * stride, column * stride];
  return {
    rows: [top, Math.min(top + patch, height) - 1] as const,
    columns: [left, Math.min(left + patch, width) - 1] as const,
  };
}

/** Where a patch lies on a map of such a side. */
export function patchBox(grid: Grid, cell: Cell, side: number): Box {
  const [height, width] = grid.input_px;
  const { rows, columns } = pixelsOf(grid, cell);
  const [down, across] = [side / height, side / width];
  return [columns[0] * across, rows[0] * down, (columns[1] - columns[0] + 1) * across, (rows[1] - rows[0] + 1) * down];
}

/** A map of one value a patch. A patch stands for the pixels round its centre, as far as the next one's. */
export function mapBox(
  { rows, columns, patch_px: patch, stride_px: stride, input_px: [height, width] }: Grid,
  side: number,
): Box {
  const first = (patch - stride) / 2;
  const [down, across] = [side / height, side / width];
  return [first * across, first * down, columns * stride * across, rows * stride * down];
}

export function patchAt(grid: Grid, side: number, x: number, y: number): Cell {
  const [left, top, width, height] = mapBox(grid, side);
  const place = (at: number, start: number, size: number, count: number) =>
    within(Math.floor(((at - start) / size) * count), count);
  return [place(y, top, height, grid.rows), place(x, left, width, grid.columns)];
}
