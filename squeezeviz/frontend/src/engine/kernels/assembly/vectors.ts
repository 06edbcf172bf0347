/** Four numbers at a time. */

/** a · b + c: rounded once where the machine can (relaxed SIMD), else twice. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** What lies below becomes `low`; what is no number stays so. */
// @ts-ignore: decorator
@inline
export function atLeast(low: v128, x: v128): v128 {
  return f32x4.pmax(x, low);
}

/** Store the first of eight numbers. */
export function storePart(to: usize, a: v128, b: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, a);
    to += 16;
    a = b;
    count -= 4;
  }
  if (count >= 4) {
    v128.store(to, a);
    return;
  }
  if (count & 2) {
    v128.store_lane<u64>(to, a, 0);
    to += 8;
    a = v128.shuffle<u64>(a, a, 1, 1);
  }
  if (count & 1) v128.store_lane<u32>(to, a, 0);
}

/** Every second of eight numbers. */
// @ts-ignore: decorator
@inline
export function everySecond(from: usize): v128 {
  return v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6);
}

/** Four numbers, so many bytes apart. */
// @ts-ignore: decorator
@inline
export function every(from: usize, step: usize): v128 {
  let found = v128.load_zero<u32>(from);
  found = v128.load_lane<u32>(from + step, found, 1);
  found = v128.load_lane<u32>(from + 2 * step, found, 2);
  return v128.load_lane<u32>(from + 3 * step, found, 3);
}
