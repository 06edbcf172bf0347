/** Windows that move over a layer's input, along one axis: 0 down, 1 to the right. */
import type { Step } from "./types.ts";

type Axis = 0 | 1;

/**
 * The cells of its input that a window covers: nothing beyond the edge.
 *
 * @param size Of the input.
 * @returns Places within the window, and what lies there.
 */
export function reach(step: Step, axis: Axis, cell: number, size: number): { place: number; at: number }[] {
  return places(step, axis, cell)
    .map((at, place) => ({ place, at }))
    .filter(({ at }) => at >= 0 && at < size);
}

/** How many of a window's places count where padding does: one that was rounded up to may jut out further. */
export function counted(step: Step, axis: Axis, cell: number, size: number): number {
  const end = size + step.pads[axis === 0 ? 2 : 3];
  return places(step, axis, cell).filter((at) => at < end).length;
}

function places(step: Step, axis: Axis, cell: number): number[] {
  const start = cell * step.strides[axis] - step.pads[axis];
  return Array.from({ length: step.kernel[axis] }, (_, place) => start + place * step.dilations[axis]);
}
