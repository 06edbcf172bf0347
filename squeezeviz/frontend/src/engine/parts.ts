/** Parts of maps: some of their rows and columns, of every channel. */
import type { Part, Region } from "./kernels/machine.ts";
import type { Space } from "./memory.ts";
import { sizeOf } from "./places.ts";
import type { Compute, Maps, Shape, Step, Values } from "./types.ts";

/** The smallest part that holds both. */
export function joined(one: Part | undefined, other: Part): Part {
  if (!one) return other;
  const [top, left] = [Math.min(one.top, other.top), Math.min(one.left, other.left)];
  const rows = Math.max(one.top + one.rows, other.top + other.rows) - top;
  return { top, left, rows, columns: Math.max(one.left + one.columns, other.left + other.columns) - left };
}

/** The same where there may be none. */
export const both = (one: Part | null, other: Part | null): Part | null =>
  other ? joined(one ?? undefined, other) : one;

/** Which cells look at some of the input's through a window that moves. */
export function touchedBy(step: Step, [, height, width]: Shape, cells: Part): Part {
  const along = (axis: 0 | 1, first: number, count: number, size: number): [number, number] => {
    const [stride, pad] = [step.strides[axis], step.pads[axis]];
    const span = (step.kernel[axis] - 1) * step.dilations[axis];
    const low = Math.min(size, Math.max(0, Math.ceil((first + pad - span) / stride)));
    const high = Math.min(size, Math.floor((first + count - 1 + pad) / stride) + 1);
    return [low, Math.max(0, high - low)];
  };
  const [top, rows] = along(0, cells.top, cells.rows, height);
  const [left, columns] = along(1, cells.left, cells.columns, width);
  return { top, left, rows, columns };
}

/** Where a part of maps begins. */
export function regionOf(address: number, [, height, width]: Shape, { top, left }: Part): Region {
  return { address: address + 4 * (top * width + left), plane: 4 * height * width, row: 4 * width };
}

/** A part with nothing around it. */
export const compact = (address: number, { rows, columns }: Part): Region => ({
  address,
  plane: 4 * rows * columns,
  row: 4 * columns,
});

/** Copy a part of maps into others of their shape. */
export function copyPart(space: Space, from: Maps, into: Values, cells: Part): void {
  const [source, target] = [from.values.byteOffset, into.byteOffset].map((at) => regionOf(at, from.shape, cells));
  space.machine.move(source as Region, target as Region, [from.shape[0], cells.rows, cells.columns]);
}

const ALIGNED = 4;

/** What computes cell by cell, of inputs of its own shape: also parts, by way of copies in the scratch memory. */
export function cellByCell(space: Space, shape: Shape, inputs: readonly Shape[], compute: Compute): Compute {
  if (inputs.some((input) => input.join() !== shape.join())) return compute;
  space.needScratch(4 * (inputs.length + 1) * (sizeOf(shape) + ALIGNED));
  const part = (maps: readonly Maps[], into: Values, cells: Part): void => {
    const own: Shape = [shape[0], cells.rows, cells.columns];
    const room = Math.ceil(sizeOf(own) / ALIGNED) * ALIGNED;
    const copies = maps.map(({ values }, at) => {
      const address = space.scratch + 4 * room * (at + 1);
      space.machine.move(regionOf(values.byteOffset, shape, cells), compact(address, cells), own);
      return { shape: own, values: space.floats(address, sizeOf(own)) };
    });
    compute(copies, space.floats(space.scratch, sizeOf(own)));
    space.machine.move(compact(space.scratch, cells), regionOf(into.byteOffset, shape, cells), own);
  };
  return Object.assign((maps: readonly Maps[], into: Values) => compute(maps, into), { part });
}
