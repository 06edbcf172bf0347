/** How pairs of layers are told in a table. */
import type { LayerPair } from "../../protocol.ts";
import { noFigure } from "../../ui/format.ts";

/** The largest difference there is a figure for: what a full bar stands for. */
export const largestOf = (pairs: readonly LayerPair[]): number =>
  pairs.reduce((most, { relative_l2: far }) => (far !== null && Number.isFinite(far) ? Math.max(most, far) : most), 0);

/** How much of a bar is full, 0–1; null where there is no figure. */
export function shareOf({ relative_l2: far }: LayerPair, largest: number): number | null {
  if (far === null || !Number.isFinite(far)) return null;
  return largest ? far / largest : 0;
}

/** A relative difference: enough digits to tell rounding from more. */
export function differenceText(far: number | null): string {
  if (far === null) return "";
  return noFigure(far) || (far === 0 ? "0" : far >= 0.0995 ? far.toFixed(2) : far.toPrecision(2));
}

const shapesOf = ({ shape_a: first, shape_b: second }: LayerPair) => [first.join(" × "), second.join(" × ")] as const;

export function areShapedAlike(pair: LayerPair): boolean {
  const [one, other] = shapesOf(pair);
  return one === other;
}

export function shapeText(pair: LayerPair): string {
  const [one, other] = shapesOf(pair);
  return one === other ? one : `${one}; ${other}`;
}

/** Whether every layer has the name of its counterpart, so that one column says both. */
export const areNamedAlike = (pairs: readonly LayerPair[]): boolean => pairs.every(({ a, b }) => a === b);

/** Where a key leads in a list of so many; null where it leads nowhere. */
export function stepped(key: string, at: number, count: number): number | null {
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: count - 1 }[key];
  return to === undefined ? null : Math.min(count - 1, Math.max(0, to));
}
