/** The maps of the layer on show, by branch, and the order in which they stand. */
import { type Branch, branches } from "../../store/layers.ts";
import type { Store } from "../../store/store.ts";
import type { Tensor } from "../../store/types.ts";
import { type Grid, heightOf, layoutGrid, splitWidth } from "./layout.ts";

/** The maps of one branch. */
export interface Group {
  part: Branch;
  grid: Grid;
}

export interface Arrangement {
  /** Two are alike if theirs is. */
  key: string;
  layer: string;
  /** Of a map: cells down and across. */
  shape: [number, number];
  groups: Group[];
  isStacked: boolean;
  /** What they should fill, in CSS pixels. */
  height: number;
}

/** What is known of the page. */
export interface Room {
  width: number;
  screen: number;
  isBeside: boolean;
  /** Of a tile. */
  size: number;
}

/** Null where there is nothing to show, or no room yet. */
export function arrange({ tensors, networks }: Store, { width, screen, isBeside, size }: Room): Arrangement | null {
  const [tensor, network] = [tensors.shown(), networks.network()];
  const layer = tensor && network?.layers.find(({ name }) => name === tensor.layer);
  if (!tensor || !network || !layer || !width) return null;
  const [, ...shape] = tensor.shape;
  const parts = branches(network, layer);
  const { isStacked, each } = splitWidth(width, parts.length);
  const area = { width: each, height: heightOf(width, screen, isBeside) };
  const groups = parts.map((part) => ({ part, grid: layoutGrid(part.to - part.from, shape, area, size) }));
  const named = parts.map(({ layer: { name }, from, to }) => `${name} ${from} ${to}`);
  const key = [tensor.layer, shape, ...named, each, area.height, size].join("\n");
  return { key, layer: tensor.layer, shape, groups, isStacked, height: area.height };
}

/** Channels from one to another, by what the traits call `sort`. */
export function ordered(tensor: Tensor, { from, to }: Branch, sort: string): number[] {
  const channels = Array.from({ length: to - from }, (_, index) => from + index);
  const by = { mean: tensor.mean, max: tensor.max, sparsity: tensor.zero }[sort];
  return by ? channels.sort((a, b) => (by[b] ?? 0) - (by[a] ?? 0) || a - b) : channels;
}

/** What is said of a branch: how much of it is zero, and of its channels. */
export function summary(tensor: Tensor, { from, to }: Branch, isAblated: (channel: number) => boolean): string {
  let [zeros, ablated, dead] = [0, 0, 0];
  for (let channel = from; channel < to; channel += 1) {
    zeros += tensor.zero[channel] ?? 0;
    if (isAblated(channel)) ablated += 1;
    else if ((tensor.max[channel] ?? 0) <= 0) dead += 1;
  }
  const said = [
    `${((100 * zeros) / (to - from)).toFixed(0)} % zero`,
    ablated && `${ablated} ablated`,
    dead && `${dead} dead`,
  ];
  return said.filter(Boolean).join(", ");
}

/** The channel so many places and rows away from another, in the order in which all of them are read; null where it is not among them. */
export function channelBeside(
  orders: readonly number[][],
  columns: readonly number[],
  channel: number,
  dx: number,
  dy: number,
): number | null {
  const at = orders.findIndex((order) => order.includes(channel));
  if (at < 0) return null;
  const all = orders.flat();
  const to = all.indexOf(channel) + dx + dy * (columns[at] ?? 1);
  return all[Math.min(all.length - 1, Math.max(0, to))] ?? null;
}
