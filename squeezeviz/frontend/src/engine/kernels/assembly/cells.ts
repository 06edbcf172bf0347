/** Arithmetic cell by cell. Where layers begin and end there is room for a whole vector. */
import { madd } from "./vectors";

export function add(a: usize, b: usize, into: usize, count: i32, factorA: f32, factorB: f32): void {
  const factors = f32x4.splat(factorA);
  const others = f32x4.splat(factorB);
  for (let at = 0; at < 4 * count; at += 16)
    v128.store(into + at, f32x4.add(f32x4.mul(factors, v128.load(a + at)), f32x4.mul(others, v128.load(b + at))));
}

export function times(a: usize, b: usize, into: usize, count: i32): void {
  for (let at = 0; at < 4 * count; at += 16)
    v128.store(into + at, f32x4.mul(v128.load(a + at), v128.load(b + at)));
}

export function scale(
  source: usize, factors: usize, offsets: usize, into: usize, channels: i32, cells: i32,
): void {
  for (let channel = 0; channel < channels; channel += 1) {
    const factor = v128.load_splat<u32>(factors + 4 * channel);
    const offset = v128.load_splat<u32>(offsets + 4 * channel);
    let cell = 0;
    for (; cell + 4 <= cells; cell += 4, source += 16, into += 16)
      v128.store(into, madd(v128.load(source), factor, offset));
    for (; cell < cells; cell += 1, source += 4, into += 4)
      v128.store_lane<u32>(into, madd(v128.load_zero<u32>(source), factor, offset), 0);
  }
}

export function clamp(source: usize, into: usize, count: i32, low: f32, high: f32): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let at = 0; at < 4 * count; at += 16)
    v128.store(into + at, f32x4.pmin(f32x4.pmax(v128.load(source + at), lows), highs));
}

export function hardSwish(source: usize, into: usize, count: i32): void {
  const zeros = f32x4.splat(0);
  const ones = f32x4.splat(1);
  for (let at = 0; at < 4 * count; at += 16) {
    const x = v128.load(source + at);
    const gate = f32x4.add(f32x4.mul(x, f32x4.splat(1.0 / 6.0)), f32x4.splat(0.5));
    v128.store(into + at, f32x4.mul(x, f32x4.pmin(f32x4.pmax(gate, zeros), ones)));
  }
}

/** e^x as Cephes has it: 2^n times a polynomial of what is left, which is at most half of ln 2. */
// @ts-ignore: decorator
@inline
function exp(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87.3)), f32x4.splat(88.3));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  let rest = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  rest = f32x4.sub(rest, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let sum = f32x4.splat(1.9875691500e-4);
  sum = madd(sum, rest, f32x4.splat(1.3981999507e-3));
  sum = madd(sum, rest, f32x4.splat(8.3334519073e-3));
  sum = madd(sum, rest, f32x4.splat(4.1665795894e-2));
  sum = madd(sum, rest, f32x4.splat(1.6666665459e-1));
  sum = madd(sum, rest, f32x4.splat(5.0000001201e-1));
  sum = f32x4.add(madd(sum, f32x4.mul(rest, rest), rest), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}

export function sigmoid(source: usize, into: usize, count: i32): void {
  const ones = f32x4.splat(1);
  for (let at = 0; at < 4 * count; at += 16) {
    const x = v128.load(source + at);
    v128.store(into + at, f32x4.div(ones, f32x4.add(ones, exp(f32x4.neg(x)))));
  }
}

/** The sum of all numbers' squares, in double precision. */
export function squares(source: usize, count: i32): f64 {
  let sums = f64x2.splat(0);
  let others = sums;
  let at = 0;
  for (; at + 4 <= count; at += 4, source += 16) {
    const four = v128.load(source);
    const low = f64x2.promote_low_f32x4(four);
    const high = f64x2.promote_low_f32x4(v128.shuffle<u64>(four, four, 1, 1));
    sums = f64x2.add(sums, f64x2.mul(low, low));
    others = f64x2.add(others, f64x2.mul(high, high));
  }
  sums = f64x2.add(sums, others);
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; at < count; at += 1, source += 4) sum += f64(load<f32>(source)) * f64(load<f32>(source));
  return sum;
}

/** Each channel's mean, summed in double precision. */
export function means(source: usize, into: usize, channels: i32, cells: i32): void {
  for (let channel = 0; channel < channels; channel += 1, into += 4) {
    let sums = f64x2.splat(0);
    let others = sums;
    let cell = 0;
    for (; cell + 4 <= cells; cell += 4, source += 16) {
      const four = v128.load(source);
      sums = f64x2.add(sums, f64x2.promote_low_f32x4(four));
      others = f64x2.add(others, f64x2.promote_low_f32x4(v128.shuffle<u64>(four, four, 1, 1)));
    }
    sums = f64x2.add(sums, others);
    let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
    for (; cell < cells; cell += 1, source += 4) sum += load<f32>(source);
    store<f32>(into, f32(sum / cells));
  }
}

/** Each channel's largest value, mean and share of zeros, one after the other; summed in double precision. */
export function statistics(source: usize, into: usize, channels: i32, cells: i32): void {
  const zero = f32x4.splat(0);
  for (let channel = 0; channel < channels; channel += 1, into += 4) {
    let most = f32x4.splat(-Infinity);
    let zeros = i32x4.splat(0);
    let sums = f64x2.splat(0);
    let others = sums;
    let cell = 0;
    for (; cell + 4 <= cells; cell += 4, source += 16) {
      const four = v128.load(source);
      most = f32x4.max(most, four); // NaN where one is
      zeros = i32x4.sub(zeros, f32x4.eq(four, zero));
      sums = f64x2.add(sums, f64x2.promote_low_f32x4(four));
      others = f64x2.add(others, f64x2.promote_low_f32x4(v128.shuffle<u64>(four, four, 1, 1)));
    }
    most = f32x4.max(most, v128.shuffle<u64>(most, most, 1, 1));
    sums = f64x2.add(sums, others);
    let largest: f32 = max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1));
    let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
    let count = i32x4.extract_lane(zeros, 0) + i32x4.extract_lane(zeros, 1);
    count += i32x4.extract_lane(zeros, 2) + i32x4.extract_lane(zeros, 3);
    for (; cell < cells; cell += 1, source += 4) {
      const number = load<f32>(source);
      largest = max(largest, number);
      count += i32(number == 0);
      sum += number;
    }
    store<f32>(into, largest);
    store<f32>(into + 4 * channels, f32(sum / cells));
    store<f32>(into + 8 * channels, f32(f64(count) / cells));
  }
}
