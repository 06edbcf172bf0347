/** Which part of the resized photo the network gets, or which parts. */
import type { Described } from "./description.ts";

/** One crop. */
export interface Window {
  /** Share of the room at its left: 0 is the left edge, 1 the right one. */
  x: number;
  /** The same of the room above it. */
  y: number;
  /** Left to right. */
  isFlipped: boolean;
}

const at = (x: number, y: number, isFlipped = false): Window => ({ x, y, isFlipped });
const CENTRE = at(0.5, 0.5);
const CORNERS = {
  "top-left": at(0, 0),
  "top-right": at(1, 0),
  "bottom-left": at(0, 1),
  "bottom-right": at(1, 1),
};
const FIVE = [CENTRE, ...Object.values(CORNERS)];
const NAMED: Record<string, Window[]> = {
  centre: [CENTRE],
  ...Object.fromEntries(Object.entries(CORNERS).map(([name, window]) => [name, [window]])),
  five: FIVE,
  ten: [...FIVE, ...FIVE.map(({ x, y }) => at(x, y, true))],
};

/** The crops of one photo; of several the centre comes first. */
export function windowsOf({ crop }: Pick<Described, "crop">): readonly Window[] {
  if (typeof crop !== "string") return [at(...crop)];
  const found = NAMED[crop];
  if (!found)
    throw new RangeError(`crop is '${crop}', expected ${Object.keys(NAMED).join(", ")}, or (x, y) from 0 to 1`);
  return found;
}
