/** How close the photo is looked at. Places are shares of the stage's side, so that they hold for any. */

/** From the photo as it stands on the stage to how it is seen: times `scale`, then moved. */
export interface Zoom {
  scale: number;
  x: number;
  y: number;
}

/** On the stage: from its left and top edges. */
export type Spot = readonly [number, number];

export const WHOLE: Zoom = { scale: 1, x: 0, y: 0 };
const MOST = 8;

/** So much closer, about what is at a spot, which stays where it is. */
export const closer = (zoom: Zoom, by: number, at: Spot = [0.5, 0.5]): Zoom => moved(zoom, by, at, at);

/**
 * What fingers do: one moves the photo; two also bring it closer or further, about their middle.
 *
 * @param from Where they were; `to` where they are now, in the same order.
 */
export function dragged(zoom: Zoom, from: readonly Spot[], to: readonly Spot[]): Zoom {
  const was = spread(from);
  return moved(zoom, was > 0 ? spread(to) / was : 1, middle(from), middle(to));
}

/** As CSS of an element that fills the stage. */
export const transformOf = ({ scale, x, y }: Zoom): string | undefined =>
  scale === 1 ? undefined : `translate(${100 * x}%, ${100 * y}%) scale(${scale})`;

/** The photo never leaves the stage, nor is it ever smaller than that. */
function moved({ scale, x, y }: Zoom, by: number, was: Spot, is: Spot): Zoom {
  const next = Math.min(MOST, Math.max(1, scale * by));
  const kept = (from: number, at: number, to: number) =>
    Math.min(0, Math.max(1 - next, to - ((at - from) * next) / scale));
  return { scale: next, x: kept(x, was[0], is[0]), y: kept(y, was[1], is[1]) };
}

const middle = (spots: readonly Spot[]): Spot => {
  const mean = (axis: 0 | 1) => spots.reduce((sum, spot) => sum + spot[axis], 0) / spots.length;
  return [mean(0), mean(1)];
};

/** How far apart the first two are; of one, nothing. */
const spread = ([a, b]: readonly Spot[]): number => (a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0);
