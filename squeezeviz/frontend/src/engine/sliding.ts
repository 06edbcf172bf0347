/** Windows that slide over maps, as addresses: maps padded first, where a window juts out. */
import type { Part, Slide } from "./kernels/kernels.ts";
import type { Space } from "./memory.ts";
import type { Maps, Shape, Step } from "./types.ts";

/** What windows lie over: maps, or a padded copy of them. */
export interface Ground {
  address: number;
  rows: number;
  columns: number;
}

/** The part of a layer's input that its windows lie over. */
export function partUnder({ kernel, strides, dilations, pads }: Step, [, height, width]: Shape): Part {
  const length = (axis: 0 | 1, cells: number) => (cells - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1;
  return { top: -pads[0], left: -pads[1], rows: length(0, height), columns: length(1, width) };
}

export const isInside = ({ top, left, rows, columns }: Part, [, height, width]: Shape): boolean =>
  top === 0 && left === 0 && rows <= height && columns <= width;

/** Bytes of a padded copy. */
export const bytesOf = ([channels]: Shape, { rows, columns }: Part): number => 4 * channels * rows * columns;

/** The maps themselves where all windows lie inside, else a copy at the beginning of the scratch memory. */
export function groundOf(space: Space, { shape, values }: Maps, part: Part, fill: number): Ground {
  if (isInside(part, shape)) return { address: values.byteOffset, rows: shape[1], columns: shape[2] };
  space.machine.pad(values.byteOffset, shape, space.scratch, part, fill);
  return { address: space.scratch, rows: part.rows, columns: part.columns };
}

/** How far each cell of a window lies from its first, in bytes; those of channels lie `plane` cells apart. */
export function offsets({ kernel, dilations }: Step, channels: number, plane: number, columns: number): Int32Array {
  const found = new Int32Array(channels * kernel[0] * kernel[1]);
  let at = 0;
  for (let channel = 0; channel < channels; channel += 1) {
    for (let y = 0; y < kernel[0]; y += 1) {
      for (let x = 0; x < kernel[1]; x += 1, at += 1)
        found[at] = 4 * (channel * plane + y * dilations[0] * columns + x * dilations[1]);
    }
  }
  return found;
}

/** Get ready to slide over a layer's input. */
export function slider(space: Space, step: Step, input: Shape, shape: Shape, fill: number) {
  const part = partUnder(step, shape);
  const columns = isInside(part, input) ? input[2] : part.columns;
  if (!isInside(part, input)) space.needScratch(bytesOf(input, part));
  const { kernel, dilations, strides } = step;
  const taps = space.table(`taps ${kernel} ${dilations} ${columns}`, () => offsets(step, 1, 0, columns));
  return (maps: Maps, into: number): Slide => {
    const ground = groundOf(space, maps, part, fill);
    const plane = 4 * ground.rows * ground.columns;
    const tapCount = kernel[0] * kernel[1];
    return { source: ground.address, plane, row: 4 * ground.columns, taps, tapCount, strides, into, shape };
  };
}
