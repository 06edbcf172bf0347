/** Windows that slide over maps, as addresses: maps padded first, where a window juts out. */
import type { Part, Slide } from "./kernels/machine.ts";
import type { Space } from "./memory.ts";
import { compact, regionOf, touchedBy } from "./parts.ts";
import { sizeOf } from "./places.ts";
import type { Compute, Maps, Setup, Shape, Step } from "./types.ts";

/** What windows lie over: maps, or a padded copy of them. */
export interface Ground {
  address: number;
  rows: number;
  columns: number;
}

/** The part of a layer's input that its windows lie over, or those of some of its cells. */
export function partUnder({ kernel, strides, dilations, pads }: Step, { top, left, rows, columns }: Part): Part {
  const length = (axis: 0 | 1, cells: number) => (cells - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1;
  return {
    top: top * strides[0] - pads[0],
    left: left * strides[1] - pads[1],
    rows: length(0, rows),
    columns: length(1, columns),
  };
}

export const allOf = ([, rows, columns]: Shape): Part => ({ top: 0, left: 0, rows, columns });

export const isInside = ({ top, left, rows, columns }: Part, [, height, width]: Shape): boolean =>
  top >= 0 && left >= 0 && top + rows <= height && left + columns <= width;

/** Bytes of a padded copy. */
export const bytesOf = ([channels]: Shape, { rows, columns }: Part): number => 4 * channels * rows * columns;

/** The maps themselves where windows lie inside, else a padded copy of what they lie over, in the scratch memory. */
export function groundOf(space: Space, { shape, values }: Maps, part: Part, fill: number): Ground {
  const [, rows, columns] = shape;
  const address = values.byteOffset + 4 * (part.top * columns + part.left);
  if (isInside(part, shape)) return { address, rows, columns };
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

const EIGHT = 8; // cells at a time
const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16 + 128;

/** Get ready to slide over a layer's input; `go` does it, with what `slide` says of a whole or of a part. */
export function sliding(
  { space, step, inputs, shape }: Setup,
  fill: number,
  go: (slide: Slide, input: Maps) => void,
): Compute {
  const input = inputs[0] as Shape;
  const { kernel, dilations, strides } = step;
  const whole = partUnder(step, allOf(shape));
  const copied = isInside(whole, input) ? 0 : aligned(bytesOf(input, whole));
  const taps = (columns: number) => offsets(step, 1, 0, columns);
  const tapCount = kernel[0] * kernel[1];
  space.mayReadBeyond(4 * EIGHT * strides[1]); // under cells that a row has no more of
  space.needScratch(copied + aligned(4 * sizeOf(shape)) + 4 * tapCount);
  const columns = copied ? whole.columns : input[2];
  const table = space.table(`taps ${kernel} ${dilations} ${columns}`, () => taps(columns));
  const slide = (ground: Ground, into: number, of: Shape, taps: number): Slide => {
    const [plane, row] = [4 * ground.rows * ground.columns, 4 * ground.columns];
    return { source: ground.address, plane, row, taps, tapCount, strides, into, shape: of };
  };
  const compute: Compute = ([maps], into) => {
    const ground = groundOf(space, maps as Maps, whole, fill);
    go(slide(ground, into.byteOffset, shape, table), maps as Maps);
  };
  const part: Compute["part"] = ([maps], into, cells) => {
    const ground = groundOf(space, maps as Maps, partUnder(step, cells), fill);
    const room = space.scratch + copied;
    const own = room + aligned(4 * sizeOf(shape));
    space.writePlaces(own, taps(ground.columns));
    const size: Shape = [shape[0], cells.rows, cells.columns];
    go(slide(ground, room, size, own), maps as Maps);
    space.machine.move(compact(room, cells), regionOf(into.byteOffset, shape, cells), size);
  };
  return Object.assign(compute, { part, touched: (cells: Part) => touchedBy(step, shape, cells) });
}
