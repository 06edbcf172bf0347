/** Windows that slide over each channel for itself: eight neighbouring cells at a time. */
import { atLeast, every, everySecond, madd, storePart } from "./vectors";

const PRODUCT: i32 = 0;
const LARGEST: i32 = 1;
const SUM: i32 = 2;

// @ts-ignore: decorator
@inline
function joined(kind: i32, weights: usize, before: v128, found: v128): v128 {
  if (kind == PRODUCT) return madd(v128.load_splat<u32>(weights), found, before);
  if (kind == LARGEST) return f32x4.pmax(before, found);
  return f32x4.add(before, found);
}

/** Of a row, the windows of all its cells. */
// @ts-ignore: decorator
@inline
function slideRow(
  kind: i32, from: usize, taps: usize, end: usize, stride: usize,
  into: usize, width: i32, weights: usize, start: v128, low: v128,
): void {
  for (let x = 0; x < width; x += 8) {
    if (x + 8 > width && width >= 8) x = width - 8; // the last eight, some of them once more
    const first = from + x * stride;
    let a = start, b = start;
    let weight = weights;
    if (stride == 4) {
      for (let tap = taps; tap < end; tap += 4, weight += 4) {
        const at = first + load<i32>(tap);
        a = joined(kind, weight, a, v128.load(at));
        b = joined(kind, weight, b, v128.load(at, 16));
      }
    } else if (stride == 8) {
      for (let tap = taps; tap < end; tap += 4, weight += 4) {
        const at = first + load<i32>(tap);
        a = joined(kind, weight, a, everySecond(at));
        b = joined(kind, weight, b, everySecond(at + 32));
      }
    } else {
      for (let tap = taps; tap < end; tap += 4, weight += 4) {
        const at = first + load<i32>(tap);
        a = joined(kind, weight, a, every(at, stride));
        b = joined(kind, weight, b, every(at + 4 * stride, stride));
      }
    }
    if (kind == PRODUCT) {
      a = atLeast(low, a);
      b = atLeast(low, b);
    }
    storePart(into + 4 * x, a, b, min(8, width - x));
  }
}

// @ts-ignore: decorator
@inline
function slide(
  kind: i32, source: usize, plane: usize, row: usize, taps: usize, tapCount: i32, down: i32, right: i32,
  into: usize, channels: i32, height: i32, width: i32, weights: usize, bias: usize, low: f32,
): void {
  const lows = f32x4.splat(low);
  let start = f32x4.splat(kind == LARGEST ? -Infinity : 0);
  for (let channel = 0; channel < channels; channel += 1) {
    if (kind == PRODUCT) start = v128.load_splat<u32>(bias + 4 * channel);
    for (let y = 0; y < height; y += 1, into += 4 * width) {
      const from = source + channel * plane + y * down * row;
      slideRow(kind, from, taps, taps + 4 * tapCount, 4 * right, into, width, weights, start, lows);
    }
    if (kind == PRODUCT) weights += 4 * tapCount;
  }
}

export function slideProduct(
  source: usize, plane: usize, row: usize, taps: usize, tapCount: i32, down: i32, right: i32,
  into: usize, channels: i32, height: i32, width: i32, weights: usize, bias: usize, low: f32,
): void {
  slide(PRODUCT, source, plane, row, taps, tapCount, down, right, into, channels, height, width, weights, bias, low);
}

export function slideLargest(
  source: usize, plane: usize, row: usize, taps: usize, tapCount: i32, down: i32, right: i32,
  into: usize, channels: i32, height: i32, width: i32,
): void {
  slide(LARGEST, source, plane, row, taps, tapCount, down, right, into, channels, height, width, 0, 0, 0);
}

export function slideSum(
  source: usize, plane: usize, row: usize, taps: usize, tapCount: i32, down: i32, right: i32,
  into: usize, channels: i32, height: i32, width: i32,
): void {
  slide(SUM, source, plane, row, taps, tapCount, down, right, into, channels, height, width, 0, 0, 0);
}

/** A part of maps; `value` where it lies beyond their edges. */
export function pad(
  source: usize, channels: i32, height: i32, width: i32,
  into: usize, top: i32, left: i32, rows: i32, columns: i32, value: f32,
): void {
  const begin = min(max(0, -left), columns);
  const end = max(begin, min(columns, width - left));
  for (let channel = 0; channel < channels; channel += 1) {
    for (let row = 0; row < rows; row += 1, into += 4 * columns) {
      const y = top + row;
      const isInside = y >= 0 && y < height;
      const from: usize = source + 4 * ((channel * height + y) * width + left);
      let x = 0;
      if (!isInside) {
        for (; x < columns; x += 1) store<f32>(into + 4 * x, value);
        continue;
      }
      for (; x < begin; x += 1) store<f32>(into + 4 * x, value);
      for (; x + 4 <= end; x += 4) v128.store(into + 4 * x, v128.load(from + 4 * x));
      for (; x < end; x += 1) store<f32>(into + 4 * x, load<f32>(from + 4 * x));
      for (; x < columns; x += 1) store<f32>(into + 4 * x, value);
    }
  }
}

/** Rows and columns of each channel, from one place to another. */
export function move(
  source: usize, sourcePlane: usize, sourceRow: usize, into: usize, plane: usize, row: usize,
  channels: i32, rows: i32, columns: i32,
): void {
  for (let channel = 0; channel < channels; channel += 1, source += sourcePlane, into += plane) {
    let from = source;
    let to = into;
    for (let y = 0; y < rows; y += 1, from += sourceRow, to += row) {
      let x = 0;
      for (; x + 4 <= columns; x += 4) v128.store(to + 4 * x, v128.load(from + 4 * x));
      for (; x < columns; x += 1) store<f32>(to + 4 * x, load<f32>(from + 4 * x));
    }
  }
}
