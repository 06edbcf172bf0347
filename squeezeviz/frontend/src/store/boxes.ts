/** Parts of a photo. */

/** Left, top, width, height, in the photo's pixels, whole. */
export type Box = [number, number, number, number];
/** x, y. */
export type At = [number, number];
export interface Size {
  width: number;
  height: number;
}

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);

/** The pixel that a place lies in; the nearest, where it lies beside the photo. */
export function pixelAt([x, y]: At, { width, height }: Size): At {
  return [clamp(Math.floor(x), width - 1), clamp(Math.floor(y), height - 1)];
}

/** What of a rectangle lies on the photo, in whole pixels; at least one. */
export function within([left, top, across, down]: Box, { width, height }: Size): Box {
  const [x, y] = [clamp(Math.round(left), width - 1), clamp(Math.round(top), height - 1)];
  const side = (end: number, start: number, most: number) =>
    Math.min(Math.max(1, Math.round(end) - start), most - start);
  return [x, y, side(left + across, x, width), side(top + down, y, height)];
}

/** What a brush of a diameter has covered, drawn on from one place to another; null where that is beside the photo. */
export function covered(before: Box | null, from: At, to: At, brush: number, { width, height }: Size): Box | null {
  const reach = brush / 2 + 2;
  const [left, top, across, down] = before ?? [Infinity, Infinity, 0, 0];
  const [right, bottom] = before ? [left + across, top + down] : [-Infinity, -Infinity];
  const x = Math.max(0, Math.floor(Math.min(from[0] - reach, to[0] - reach, left)));
  const y = Math.max(0, Math.floor(Math.min(from[1] - reach, to[1] - reach, top)));
  const end = Math.min(width, Math.ceil(Math.max(from[0] + reach, to[0] + reach, right)));
  const low = Math.min(height, Math.ceil(Math.max(from[1] + reach, to[1] + reach, bottom)));
  return end > x && low > y ? [x, y, end - x, low - y] : before;
}
