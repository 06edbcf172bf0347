/** Channels ablated two at a time: what they are worth together, and how far that is from the sum of the two. */
import type { Tried } from "../../../store/types.ts";

export type Mode = "apart" | "together";

/** Where a pair stands among the runs, whose first are of one channel alone: twice the same. */
export function runOf(count: number, a: number, b: number): number {
  const [first, second] = a < b ? [a, b] : [b, a];
  if (first === second) return first;
  return count + first * count - (first * (first + 1)) / 2 + (second - first - 1);
}

type Pairs = Pick<Tried, "logit" | "logits" | "count">;

/** Logits that the class loses without both; NaN where they have not been ablated yet. */
export function together({ logit, logits, count }: Pairs, a: number, b: number): number {
  return logit - (logits[runOf(count, a, b)] ?? NaN);
}

/** The same, less what each is worth alone. */
export function apart(made: Pairs, a: number, b: number): number {
  return a === b ? 0 : together(made, a, b) - together(made, a, a) - together(made, b, b);
}

export const pairValue = (made: Pairs, mode: Mode, a: number, b: number): number =>
  mode === "apart" ? apart(made, a, b) : together(made, a, b);

export interface Pair {
  a: number;
  b: number;
  /** Than the sum of the two. */
  more: number;
}

/** The pairs that are furthest from the sum of the two. @param most How many. */
export function strongest(made: Pairs, most: number): Pair[] {
  return pairsOf(made.count)
    .map(([a, b]) => ({ a, b, more: apart(made, a, b) }))
    .filter(({ more }) => !Number.isNaN(more))
    .sort((one, other) => Math.abs(other.more) - Math.abs(one.more))
    .slice(0, most);
}

/** The largest value of all, for or against. */
export function largest(made: Pairs, mode: Mode): number {
  const alone = Array.from({ length: made.count }, (_, a) => [a, a] as [number, number]);
  return [...alone, ...pairsOf(made.count)].reduce((most, [a, b]) => {
    return Math.max(most, Math.abs(pairValue(made, mode, a, b)) || 0);
  }, 0);
}

const pairsOf = (count: number): [number, number][] =>
  Array.from({ length: count }, (_, a) =>
    Array.from({ length: count - a - 1 }, (_, more) => [a, a + 1 + more] as [number, number]),
  ).flat();

const FINDING = 0.02; // of the largest: less than that is none

/** What a pair's interaction means. @param most The largest value on show. */
export function finding(made: Pairs, a: number, b: number, most: number): string {
  const more = apart(made, a, b);
  if (Math.abs(more) < FINDING * most) return "They work apart.";
  if (together(made, a, a) <= 0 || together(made, b, b) <= 0) return "";
  return more > 0 ? "One stands in for the other." : "Each is of use through the other.";
}

const MOST_PX = 256;

/** How large the matrix is in so much room: as many whole pixels a channel as there can be. */
export function sideOf(widthPx: number, count: number): number {
  const side = Math.min(MOST_PX, widthPx - 8);
  return side - (side % count > side / 2 ? 0 : side % count);
}
