/**
 * Products of matrices: four rows of packed weights times eight columns at a time, thirty-two sums in registers. Columns are
 * gathered from maps first, a few panels of eight at once, so that they are read side by side.
 */
import { atLeast, madd, storePart } from "./vectors";

const PANELS: i32 = 8;

/** What lies in eight columns, row by row side by side. */
function gather(source: usize, offsets: usize, inner: i32, reads: usize, to: usize): void {
  const first = load<i32>(reads);
  const end = offsets + 4 * inner;
  const steps = load<i32>(reads, 4) - first;
  let isEven = true;
  for (let at: usize = 4; at < 32; at += 4)
    isEven = isEven && load<i32>(reads + at) - load<i32>(reads + at - 4) == steps;
  source += first;
  if (isEven && steps == 4) {
    for (; offsets < end; offsets += 4, to += 32) {
      const from = source + load<i32>(offsets);
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    }
  } else if (isEven && steps == 8) {
    for (; offsets < end; offsets += 4, to += 32) {
      const from = source + load<i32>(offsets);
      v128.store(to, v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6));
      v128.store(to, v128.shuffle<f32>(v128.load(from, 32), v128.load(from, 48), 0, 2, 4, 6), 16);
    }
  } else gatherApart(source - first, offsets, end, reads, to);
}

function gatherApart(source: usize, offsets: usize, end: usize, reads: usize, to: usize): void {
  const a = source + load<i32>(reads);
  const b = source + load<i32>(reads, 4);
  const c = source + load<i32>(reads, 8);
  const d = source + load<i32>(reads, 12);
  const e = source + load<i32>(reads, 16);
  const f = source + load<i32>(reads, 20);
  const g = source + load<i32>(reads, 24);
  const h = source + load<i32>(reads, 28);
  for (; offsets < end; offsets += 4, to += 32) {
    const offset: usize = load<i32>(offsets);
    store<f32>(to, load<f32>(a + offset));
    store<f32>(to, load<f32>(b + offset), 4);
    store<f32>(to, load<f32>(c + offset), 8);
    store<f32>(to, load<f32>(d + offset), 12);
    store<f32>(to, load<f32>(e + offset), 16);
    store<f32>(to, load<f32>(f + offset), 20);
    store<f32>(to, load<f32>(g + offset), 24);
    store<f32>(to, load<f32>(h + offset), 28);
  }
}

/** The first of eight sums of a row, to where they belong. */
function storeRow(to: usize, a: v128, b: v128, writes: usize, count: i32): void {
  for (let at = 0; at < count; at += 1) {
    v128.store_lane<u32>(to + load<i32>(writes + 4 * at), a, 0);
    a = v128.shuffle<f32>(a, b, 1, 2, 3, 4);
    b = v128.shuffle<f32>(b, b, 1, 2, 3, 3);
  }
}

/** Four rows times eight columns; of these, so many are there, and are written side by side or each to its own place. */
function block(
  weights: usize, columns: usize, inner: i32, bias: usize, low: v128,
  to: usize, plane: usize, rows: i32, writes: usize, count: i32, isBeside: bool,
): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  for (const end = columns + 32 * inner; columns < end; columns += 32, weights += 16) {
    const v0 = v128.load(columns);
    const v1 = v128.load(columns, 16);
    let w = v128.load_splat<u32>(weights);
    a0 = madd(w, v0, a0);
    a1 = madd(w, v1, a1);
    w = v128.load_splat<u32>(weights, 4);
    b0 = madd(w, v0, b0);
    b1 = madd(w, v1, b1);
    w = v128.load_splat<u32>(weights, 8);
    c0 = madd(w, v0, c0);
    c1 = madd(w, v1, c1);
    w = v128.load_splat<u32>(weights, 12);
    d0 = madd(w, v0, d0);
    d1 = madd(w, v1, d1);
  }
  let own = v128.load_splat<u32>(bias);
  a0 = atLeast(low, f32x4.add(a0, own));
  a1 = atLeast(low, f32x4.add(a1, own));
  own = v128.load_splat<u32>(bias, 4);
  b0 = atLeast(low, f32x4.add(b0, own));
  b1 = atLeast(low, f32x4.add(b1, own));
  own = v128.load_splat<u32>(bias, 8);
  c0 = atLeast(low, f32x4.add(c0, own));
  c1 = atLeast(low, f32x4.add(c1, own));
  own = v128.load_splat<u32>(bias, 12);
  d0 = atLeast(low, f32x4.add(d0, own));
  d1 = atLeast(low, f32x4.add(d1, own));
  if (isBeside && rows >= 4) {
    to += load<i32>(writes);
    v128.store(to, a0);
    v128.store(to, a1, 16);
    to += plane;
    v128.store(to, b0);
    v128.store(to, b1, 16);
    to += plane;
    v128.store(to, c0);
    v128.store(to, c1, 16);
    to += plane;
    v128.store(to, d0);
    v128.store(to, d1, 16);
    return;
  }
  storeRow(to, a0, a1, writes, count);
  if (rows >= 2) storeRow(to + plane, b0, b1, writes, count);
  if (rows >= 3) storeRow(to + 2 * plane, c0, c1, writes, count);
  if (rows >= 4) storeRow(to + 3 * plane, d0, d1, writes, count);
}

/** Whether eight columns are written side by side. */
function isBeside(writes: usize): bool {
  const first = load<i32>(writes);
  for (let at = 1; at < 8; at += 1) if (load<i32>(writes + 4 * at) - first != 4 * at) return false;
  return true;
}

export function multiply(
  source: usize, offsets: usize, inner: i32, reads: usize, writes: usize, columns: i32,
  weights: usize, bias: usize, rows: i32, into: usize, plane: usize, low: f32, room: usize,
): void {
  const lows = f32x4.splat(low);
  for (let first = 0; first < columns; first += 8 * PANELS) {
    const panels = min(PANELS, (columns - first + 7) >> 3);
    let beside = 0;
    for (let panel = 0; panel < panels; panel += 1) {
      const column = first + 8 * panel;
      gather(source, offsets, inner, reads + 4 * column, room + 32 * panel * inner);
      if (column + 8 <= columns && isBeside(writes + 4 * column)) beside |= 1 << panel;
    }
    for (let row = 0; row < rows; row += 4) {
      for (let panel = 0; panel < panels; panel += 1) {
        const column = first + 8 * panel;
        block(
          weights + 4 * row * inner, room + 32 * panel * inner, inner, bias + 4 * row, lows,
          into + row * plane, plane, rows - row, writes + 4 * column, min(8, columns - column), bool(beside >> panel & 1),
        );
      }
    }
  }
}

export function multiplyVector(
  source: usize, inner: i32, weights: usize, bias: usize, rows: i32, into: usize, low: f32,
): void {
  const lows = f32x4.splat(low);
  for (let row = 0; row < rows; row += 4) {
    let a = v128.load(bias + 4 * row);
    let b = f32x4.splat(0), c = b, d = b;
    let k = 0;
    for (; k + 4 <= inner; k += 4, weights += 64) {
      const from = source + 4 * k;
      a = madd(v128.load(weights), v128.load_splat<u32>(from), a);
      b = madd(v128.load(weights, 16), v128.load_splat<u32>(from, 4), b);
      c = madd(v128.load(weights, 32), v128.load_splat<u32>(from, 8), c);
      d = madd(v128.load(weights, 48), v128.load_splat<u32>(from, 12), d);
    }
    for (; k < inner; k += 1, weights += 16) a = madd(v128.load(weights), v128.load_splat<u32>(source + 4 * k), a);
    const sums = atLeast(lows, f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
    storePart(into + 4 * row, sums, sums, min(4, rows - row));
  }
}

export function pack(source: usize, rowStep: i32, innerStep: i32, rows: i32, inner: i32, into: usize): void {
  for (let row = 0; row < ((rows + 3) & ~3); row += 1) {
    let to = into + 4 * ((row & ~3) * inner + (row & 3));
    let from = source + 4 * row * rowStep;
    for (let k = 0; k < inner; k += 1, to += 16, from += 4 * innerStep)
      store<f32>(to, row < rows ? load<f32>(from) : 0);
  }
}
