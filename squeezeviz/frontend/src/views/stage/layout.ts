/** Where things lie on the stage, a square: everything in CSS pixels of it. */
import { branchOf, lies, span } from "../../store/layers.ts";
import type { Layer, Network, Photo, Point } from "../../store/types.ts";
import type { Zoom } from "./zoom.ts";

/** Left, top, width, height. */
export type Rect = readonly [number, number, number, number];

/** From pixels of the network's input to the stage. */
export interface Mapping {
  x: (px: number) => number;
  y: (px: number) => number;
  /** The picture. */
  picture: Rect;
  /** What of it the network gets. */
  input: Rect;
  /** The input's height and width, in its pixels. */
  tall: number;
  wide: number;
}

type Framed = Pick<Photo, "size" | "visible">;

/**
 * @param side Of the stage.
 * @param input Height and width of what the network gets, in its pixels.
 * @param isSeen Whether the picture is the input itself, or the photo with the input somewhere in it.
 */
export function mappingOf(photo: Framed, side: number, [tall, wide]: [number, number], isSeen: boolean): Mapping {
  const [across, down] = isSeen ? [wide, tall] : photo.size;
  const scale = side / Math.max(across, down);
  const [width, height] = [across * scale, down * scale];
  const [left, top] = [(side - width) / 2, (side - height) / 2];
  const [first, upper, last, lower] = isSeen ? [0, 0, 1, 1] : photo.visible;
  const x = (px: number) => left + width * (first + (px / wide) * (last - first));
  const y = (px: number) => top + height * (upper + (px / tall) * (lower - upper));
  const input: Rect = [x(0), y(0), x(wide) - x(0), y(tall) - y(0)];
  return { x, y, picture: [left, top, width, height], input, tall, wide };
}

/** The same, looked at closer. @param side Of the stage. */
export function zoomedIn(map: Mapping, { scale, x, y }: Zoom, side: number): Mapping {
  const [across, down] = [(px: number) => scale * px + side * x, (px: number) => scale * px + side * y];
  const moved = ([left, top, width, height]: Rect): Rect => [across(left), down(top), scale * width, scale * height];
  return {
    ...map,
    x: (px) => across(map.x(px)),
    y: (px) => down(map.y(px)),
    picture: moved(map.picture),
    input: moved(map.input),
  };
}

/** What a cell sees: a box for each path through the network, the narrowest first; none where that is not known. */
export function boxesOf(map: Mapping, source: Layer, cell: Point["cell"]): Rect[] {
  if (!lies(source)) return [];
  return source.receptive_fields.map(([tall, wide]) => {
    const [top, bottom] = span(source, 0, cell[0], tall, map.tall);
    const [left, right] = span(source, 1, cell[1], wide, map.wide);
    return [map.x(left), map.y(top), map.x(right) - map.x(left), map.y(bottom) - map.y(top)];
  });
}

/** Where the maps of a layer lie: a cell stands for the pixels round its centre, a stride wide. */
export function mapPlace(map: Mapping, layer: Layer): Rect | null {
  const where = lies(layer);
  const [, height, width] = layer.shape;
  if (!where || height === undefined || width === undefined) return null;
  const [top, left] = [0, 1].map((axis) => Number(where.offset[axis]) + 0.5 - Number(where.stride[axis]) / 2);
  const [x, y] = [map.x(Number(left)), map.y(Number(top))];
  const [right, bottom] = [Number(left) + where.stride[1] * width, Number(top) + where.stride[0] * height];
  return [x, y, map.x(right) - x, map.y(bottom) - y];
}

const TAG_PX = 14;

/** Where words of a width stand at a box: over its right corner, under it where there is no room. */
export function tagPlace([left, top, width, height]: Rect, across: number, side: number): Rect {
  const x = Math.min(Math.max(0, left + width - across + 1), side - across);
  const y = top >= TAG_PX + 2 ? top - TAG_PX - 1 : Math.min(top + height + 1, side - TAG_PX);
  return [x, y, across, TAG_PX];
}

const MOST_BETWEEN = 5;

/** Of the boxes between the narrowest and the widest, a few. */
export function between<T>(boxes: readonly T[]): T[] {
  const every = Math.max(1, Math.ceil((boxes.length - 2) / MOST_BETWEEN));
  return boxes.slice(1, -1).filter((_, index) => index % every === 0);
}

/** The layer that a channel comes from: its cells are those that are looked at. */
export const sourceOf = (network: Network, layer: Layer, { channel }: Point): Layer =>
  branchOf(network, layer, channel);
