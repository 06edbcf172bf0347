/** Places of numbers in arrays of any number of axes, row by row; the first axis is the batch's, of one. */

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** How many numbers apart neighbours along each axis are. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1)
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  return strides;
}

/** A place along each axis. */
export function indexOf(place: number, shape: readonly number[]): number[] {
  return stridesOf(shape).map((stride, axis) => Math.floor(place / stride) % (shape[axis] as number));
}

/** Where a number of an array that is broadcast to another stands. */
export function broadcast(place: number, shape: readonly number[], to: readonly number[]): number {
  const own = indexOf(place, to).slice(to.length - shape.length);
  return stridesOf(shape).reduce(
    (sum, stride, axis) => sum + (shape[axis] === 1 ? 0 : (own[axis] as number) * stride),
    0,
  );
}

/** The same for every place of the other, in order. */
export function broadcastAll(shape: readonly number[], to: readonly number[]): Int32Array {
  const found = new Int32Array(sizeOf(to));
  const skipped = to.length - shape.length;
  const strides = stridesOf(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  const steps = to.map((_, axis) => (axis < skipped ? 0 : (strides[axis - skipped] as number)));
  fill(found, to, steps);
  return found;
}

/** Sums of index × step, over all places. */
function fill(into: Int32Array, shape: readonly number[], steps: readonly number[]): void {
  const index = new Array<number>(shape.length).fill(0);
  for (let place = 0, at = 0; place < into.length; place += 1) {
    into[place] = at;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      at += steps[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      at -= (index[axis] as number) * (steps[axis] as number);
      index[axis] = 0;
    }
  }
}

/** The places that lie along some axes through a place of what is left when these are summed: in their order. */
export function alongAxes(from: readonly number[], axes: readonly number[], kept: number): number[] {
  const strides = stridesOf(from);
  const others = from.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const at = indexOf(
    kept,
    others.map((axis) => from[axis] as number),
  );
  const base = others.reduce((sum, axis, place) => sum + (at[place] as number) * (strides[axis] as number), 0);
  return axes.reduce(
    (places, axis) =>
      places.flatMap((place) =>
        Array.from({ length: from[axis] as number }, (_, step) => place + step * (strides[axis] as number)),
      ),
    [base],
  );
}

/** Where a number stands among wholes: which one, as `alongAxes` counts them. */
export function wholeOf(shape: readonly number[], axes: readonly number[], place: number): number {
  const index = indexOf(place, shape);
  const others = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const strides = stridesOf(others.map((axis) => shape[axis] as number));
  return others.reduce((sum, axis, at) => sum + (index[axis] as number) * (strides[at] as number), 0);
}

/** All that lie along some axes, whole by whole: where each whole begins, and how far its numbers lie from there. */
export function wholes(shape: readonly number[], axes: readonly number[]): { starts: Int32Array; steps: Int32Array } {
  const steps = Int32Array.from(alongAxes(shape, axes, 0));
  const others = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return { starts: Int32Array.from(alongAxes(shape, others, 0)), steps };
}
