/** Two maps, cell by cell, on one scale. */
import type { Tensor } from "../../store/types.ts";

/** One of two maps. */
export interface Side {
  name: string;
  /** Null while it is on its way. */
  tensor: Tensor | null;
  channel: number;
}

export interface Sides {
  title: string;
  first: Side;
  second: Side;
  /** Whether their channels are the same ones, so that it can be said which moved most. */
  isRanked: boolean;
  /** Why maps of different sizes have no difference. */
  unlike: string;
}

interface Grid {
  height: number;
  width: number;
  /** Row by row. */
  values: Float32Array;
  max: number;
}

export interface Pair {
  first: Grid;
  second: Grid;
  /** What full colour stands for. */
  top: number;
  /** Second less first; null for maps of different sizes. */
  change: Float32Array | null;
  /** The largest of it, up or down. */
  most: number;
}

/** Null while one of them is on its way. */
export function pairOf({ first, second }: Sides): Pair | null {
  if (!first.tensor || !second.tensor) return null;
  const [one, other] = [gridOf(first.tensor, first.channel), gridOf(second.tensor, second.channel)];
  const change = areAlike(first.tensor, second.tensor) ? changeOf(one.values, other.values) : null;
  const most = change?.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) ?? 0;
  return { first: one, second: other, top: Math.max(one.max, other.max), change, most };
}

export interface Moved {
  channel: number;
  /** L2 norm of its map's change. */
  by: number;
  change: Float32Array;
  /** The largest value of both maps. */
  top: number;
}

/** The channels whose maps differ most, in that order. */
export function movedMost(first: Tensor, second: Tensor, count: number): Moved[] {
  const [channels, height, width] = first.shape;
  const cells = height * width;
  const norms = Float64Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let at = channel * cells; at < (channel + 1) * cells; at += 1) {
      sum += ((second.values[at] ?? 0) - (first.values[at] ?? 0)) ** 2;
    }
    return Math.sqrt(sum);
  });
  const by = (channel: number) => norms[channel] ?? 0;
  const order = [...norms.keys()].sort((a, b) => by(b) - by(a) || a - b);
  return order.slice(0, count).map((channel) => {
    const [one, other] = [gridOf(first, channel), gridOf(second, channel)];
    const change = changeOf(one.values, other.values);
    return { channel, by: by(channel), change, top: Math.max(one.max, other.max) };
  });
}

function areAlike(first: Tensor, second: Tensor): boolean {
  return first.shape.every((size, axis) => size === second.shape[axis]);
}

/** The size of a map of its own shape within a square, in CSS pixels. */
export function sizeWithin(side: number, { height, width }: { height: number; width: number }): [number, number] {
  const scale = side / Math.max(height, width);
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

function gridOf({ shape: [, height, width], values, max }: Tensor, channel: number): Grid {
  const start = channel * height * width;
  return { height, width, values: values.subarray(start, start + height * width), max: max[channel] ?? 0 };
}

function changeOf(first: Float32Array, second: Float32Array): Float32Array {
  return second.map((value, at) => value - (first[at] ?? 0));
}
