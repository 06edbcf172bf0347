/** What is worked out of one channel's map, and where it is drawn. */
import { largestAt } from "../../host/largest.ts";

const [MOST_PX, LEAST_PX, FACTS_PX] = [220, 140, 104];
/** For the numbers of cells, left of the map and below it. */
export const [AXIS_PX, UNDER_PX] = [28, 18];

/** The longer side of the map, in a panel of a width; in CSS pixels. */
export const sideIn = (width: number): number =>
  Math.min(MOST_PX, Math.max(LEAST_PX, (width || 280) - AXIS_PX - FACTS_PX));

/** The cells that are numbered along an axis: the first, the middle and the last. */
export const ticks = (cells: number): number[] =>
  [...new Set([0, Math.round(cells / 2), cells - 1])].filter((tick) => tick < cells);

export interface Cell {
  value: number;
  y: number;
  x: number;
}

/** The strongest cells above zero, each some way from those before it. */
export function strongest(map: Float32Array, height: number, width: number, most: number): Cell[] {
  const apart = Math.max(2, Math.round(Math.max(height, width) / 9));
  const found: Cell[] = [];
  const isFree = (y: number, x: number) =>
    found.every((cell) => Math.max(Math.abs(cell.y - y), Math.abs(cell.x - x)) >= apart);
  while (found.length < most) {
    let best = { value: 0, y: -1, x: -1 };
    map.forEach((value, at) => {
      if (!(value > best.value)) return;
      const [y, x] = [Math.floor(at / width), at % width];
      if (isFree(y, x)) best = { value, y, x };
    });
    if (best.y < 0) break;
    found.push(best);
  }
  return found;
}

export interface Histogram {
  counts: number[];
  /** Cells that are exactly 0, and those below it: they stand apart. */
  zeros: number;
  below: number;
  /** Cells that are no number: what the network computes there overflows. */
  odd: number;
}

/** @param top What the last of the bins ends with. */
export function histogramOf(map: Float32Array, top: number, bins: number): Histogram {
  const found: Histogram = { counts: new Array(bins).fill(0), zeros: 0, below: 0, odd: 0 };
  for (const value of map) {
    if (value === 0) found.zeros += 1;
    else if (value < 0) found.below += 1;
    else if (Number.isNaN(value)) found.odd += 1;
    else {
      const bin = value < top ? Math.floor((value / top) * bins) : bins - 1;
      found.counts[bin] = (found.counts[bin] ?? 0) + 1;
    }
  }
  return found;
}

/** Where the largest value is: y, x. */
export function peakOf(map: Float32Array, width: number): [number, number] {
  const at = largestAt(map);
  return [Math.floor(at / width), at % width];
}

/** The cell so many steps away, or the last one before the edge. */
export function cellBeside(
  [y, x]: readonly [number, number],
  [dy, dx]: readonly [number, number],
  [height, width]: readonly [number, number],
): [number, number] {
  const inside = (at: number, cells: number) => Math.min(cells - 1, Math.max(0, at));
  return [inside(y + dy, height), inside(x + dx, width)];
}
