/** Where the cells of the evidence lie over what the network gets, and which class leads how many. */
import type { Box } from "../../../draw/channel.ts";
import { lies } from "../../../store/layers.ts";
import type { Layer } from "../../../store/types.ts";
import { type Cell, type Shape, within } from "../cell_map.tsx";

const [MOST_PX, LEAST_PX, BESIDE_PX] = [260, 160, 150];

/** How large a map is beside its words, where both have so much room. */
export const sideOf = (widthPx: number): number =>
  Math.min(MOST_PX, Math.max(LEAST_PX, (widthPx || MOST_PX) - BESIDE_PX));

/**
 * The first cell's tile; the others follow it without gaps. A cell stands for the pixels round its centre, a stride
 * wide.
 *
 * @param layer Whose cells; null where that is not known: then they fill the map.
 * @param shape Of the cells.
 * @param input Of the network: height and width, in pixels.
 * @param side Of the map.
 */
export function firstTile(layer: Layer | null, shape: Shape, input: [number, number], side: number): Box {
  const where = layer && lies(layer);
  if (!where) return [0, 0, side / shape[1], side / shape[0]];
  const start = (axis: 0 | 1) => ((where.offset[axis] + 0.5 - where.stride[axis] / 2) / input[axis]) * side;
  const size = (axis: 0 | 1) => (where.stride[axis] / input[axis]) * side;
  return [start(1), start(0), size(1), size(0)];
}

export const tileOf = ([left, top, width, height]: Box, [row, column]: Cell): Box => [
  left + column * width,
  top + row * height,
  width,
  height,
];

/** The cell at a place; at the edge, the nearest. */
export function cellAt([left, top, width, height]: Box, [rows, columns]: Shape, x: number, y: number): Cell {
  return [within(Math.floor((y - top) / height), rows), within(Math.floor((x - left) / width), columns)];
}

/** Where most is, for or against. */
export function strongest(cells: Float32Array, [, columns]: Shape): Cell {
  const size = (at: number) => Math.abs(cells[at] ?? 0);
  const best = cells.reduce((most, _value, at) => (size(at) > size(most) ? at : most), 0);
  return [Math.floor(best / columns), best % columns];
}

/** Which classes lead how many cells, the most frequent first. */
export function leaders(labels: Uint16Array): { label: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count || a.label - b.label);
}
