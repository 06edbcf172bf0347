/**
 * What Pillow's antialiased filters weigh pixels with: `Resample.c`, in double precision, then in whole numbers of
 * 2⁻²², in which its 8-bit pictures are added up.
 */
import type { Interpolation } from "./description.ts";

/** Bits behind the point. */
export const PRECISION = 22;

interface Filter {
  /** How far from its centre it reaches. */
  support: number;
  at(x: number): number;
}

const { PI, abs, cos, fround, sin } = Math;
const sinc = (x: number) => (x === 0 ? 1 : sin(x * PI) / (x * PI));

/** Its own constants are of single precision. */
function hamming(x: number): number {
  if (x === 0) return 1;
  return x >= 1 ? 0 : (sin(x * PI) / (x * PI)) * (fround(0.54) + fround(0.46) * cos(x * PI));
}

function bicubic(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
}

const FILTERS: Record<Exclude<Interpolation, "nearest">, Filter> = {
  box: { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - abs(x)) },
  hamming: { support: 1, at: (x) => hamming(abs(x)) },
  bicubic: { support: 2, at: (x) => bicubic(abs(x)) },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** What each output pixel along one axis is made of. */
export interface Taps {
  /** The first input pixel of each; and how many there are. */
  first: Int32Array;
  count: Int32Array;
  /** `most` of each, in units of 2⁻²². */
  weights: Int32Array;
  most: number;
}

/** One axis to be resized. */
export interface Axis {
  /** Input pixels; and the part of them that becomes the output, as single precision holds it. */
  size: number;
  box: [from: number, to: number];
  /** Output pixels; and those that are asked for. */
  resized: number;
  from: number;
  to: number;
}

export function tapsOf(name: Interpolation, { size, box, resized, from, to }: Axis): Taps {
  const filter = FILTERS[name as "box"];
  const [start, end] = [fround(box[0]), fround(box[1])];
  const scale = fround(end - start) / resized;
  const stretch = Math.max(1, scale);
  const support = filter.support * stretch;
  const most = Math.ceil(support) * 2 + 1;
  const count = to - from;
  const taps = {
    first: new Int32Array(count),
    count: new Int32Array(count),
    weights: new Int32Array(count * most),
    most,
  };
  const shares = new Float64Array(most);
  const step = 1 / stretch;
  for (let at = 0; at < count; at += 1) {
    const centre = start + (from + at + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const taken = Math.min(size, Math.trunc(centre + support + 0.5)) - first;
    let sum = 0;
    for (let tap = 0; tap < taken; tap += 1) {
      const share = filter.at((tap + first - centre + 0.5) * step);
      shares[tap] = share;
      sum += share;
    }
    for (let tap = 0; tap < taken; tap += 1) {
      const share = (sum === 0 ? (shares[tap] as number) : (shares[tap] as number) / sum) * 2 ** PRECISION;
      taps.weights[at * most + tap] = share < 0 ? share - 0.5 : share + 0.5; // cut off
    }
    taps.first[at] = first;
    taps.count[at] = Math.max(0, taken);
  }
  return taps;
}
