/** Photos by their maximum: where the bars of a histogram with a logarithmic axis stand, in CSS pixels. */
import type { Across } from "../../store/types.ts";
import { amount } from "../../ui/format.ts";

export const FRAME = { left: 18, base: 44, tall: 36, zero: 10, height: 62 } as const;

const LEAST_PX = 1.5; // one photo is seen
const SHADES = [60, 170] as const; // of the palette: from, and how many

type Counted = Pick<Across, "edges" | "peaks">;

/** Where a value lies among bins that begin at the edges: as a number of bins. */
export function placeAmong(edges: readonly number[], value: number): number {
  if (value <= (edges[0] ?? 0)) return 0;
  const next = edges.findIndex((edge) => edge > value);
  if (next < 0) return edges.length - 1;
  const [low, high] = [edges[next - 1] ?? 1, edges[next] ?? 2];
  return next - 1 + Math.log(value / low) / Math.log(high / low);
}

/** The first and last bin that any photo lies in, but for those at 0; null where all are. */
function rangeOf({ peaks }: Counted): [first: number, last: number] | null {
  const found = peaks.slice(1).flatMap((count, bin) => (count ? [bin] : []));
  const [first, last] = [found[0], found.at(-1)];
  return first === undefined || last === undefined ? null : [first, last];
}

export interface Histogram {
  /** Palette indices as shades. */
  bars: { left: number; width: number; height: number; shade: number }[];
  /** Photos at 0, apart from the others; broken off where they are more than the tallest bar shows. */
  none: { height: number; isBroken: boolean };
  /** What the axis begins and ends with. */
  ends: [number, number];
  /** Where this photo's maximum lies. */
  own: number | null;
}

/** @param own This photo's maximum, which is always in sight. */
export function layoutHistogram(counted: Counted, own: number | null, width: number): Histogram | null {
  const range = rangeOf(counted);
  if (!range || width <= FRAME.left) return null;
  const { edges, peaks } = counted;
  const [none = 0, ...above] = peaks;
  const marked = own ? Math.floor(placeAmong(edges, own)) : range[0];
  const first = Math.max(0, Math.min(range[0], marked) - 1);
  const last = Math.min(above.length - 1, Math.max(range[1], marked) + 1);
  const wide = (width - FRAME.left) / (last - first + 1);
  const tallest = Math.max(...above);
  const tall = (count: number) => (count ? Math.max(LEAST_PX, (FRAME.tall * count) / tallest) : 0);
  const bars = above.slice(first, last + 1).map((count, at) => ({
    left: FRAME.left + at * wide,
    width: Math.max(1, wide - 1),
    height: tall(count),
    shade: Math.round(SHADES[0] + (SHADES[1] * at) / Math.max(1, last - first)),
  }));
  return {
    bars: bars.filter(({ height }) => height > 0),
    none: { height: Math.min(FRAME.tall, tall(none)), isBroken: none > tallest },
    ends: [edges[first] ?? 0, edges[last + 1] ?? 0],
    own: own === null ? null : own > 0 ? FRAME.left + (placeAmong(edges, own) - first) * wide : FRAME.zero / 2,
  };
}

/** The same in words. */
export function histogramWords(known: Counted & Pick<Across, "photos">, own: number | null): string {
  const { edges, peaks, photos } = known;
  const range = rangeOf(known);
  const others = range && `, the others from ${amount(edges[range[0]] ?? 0)} to ${amount(edges[range[1] + 1] ?? 0)}`;
  const here = own === null ? "" : `; this photo reaches ${amount(own)}`;
  const start = `Histogram of ${photos} photos by their maximum, on a logarithmic axis: ${peaks[0] ?? 0} at 0`;
  return `${start}${others ?? ""}${here}`;
}

/** What a crop shows of the example, in percent of its width and height; null where that is all of it. */
export function markIn(within: readonly [number, number, number, number]) {
  const [left, top, right, bottom] = within.map((share) => 100 * Math.min(1, Math.max(0, share))) as typeof within &
    number[];
  const [width, height] = [right - left, bottom - top];
  if (width >= 90 && height >= 90) return null;
  return { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` };
}

const FAINT = 0.1;
const NAMED = 3;

/** The classes that a channel activates on; empty where nobody has said what the photos show. */
export function classWords({ classes, selectivity }: Pick<Across, "classes" | "selectivity">): string {
  if (selectivity === null || !classes.length) return "";
  const names = classes.slice(0, NAMED).map(({ label }) => label);
  const most = `Activates mostly on ${names.join(", ")}${classes.length > NAMED ? ", …" : ""}`;
  return `${selectivity < FAINT ? "Activates on all classes about alike" : most}; selectivity ${selectivity.toFixed(2)}.`;
}
