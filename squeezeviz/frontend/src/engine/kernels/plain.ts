/** The kernels in plain TypeScript: the last resort, and what the others are compared with. Sums are double precision. */
import type { Kernels, Machine, Part, Product, Region, Slide } from "./machine.ts";

const FIRST_BYTES = 1 << 16;

class PlainMachine implements Machine {
  readonly name = "plain";
  buffer = new ArrayBuffer(FIRST_BYTES);
  #floats = new Float32Array(this.buffer);
  #places = new Int32Array(this.buffer);

  grow(bytes: number): void {
    if (bytes <= this.buffer.byteLength) return;
    const larger = new ArrayBuffer(Math.ceil(Math.max(bytes, 1.5 * this.buffer.byteLength) / 8) * 8);
    new Uint8Array(larger).set(new Uint8Array(this.buffer));
    this.buffer = larger;
    this.#floats = new Float32Array(larger);
    this.#places = new Int32Array(larger);
  }

  multiply({ source, offsets, inner, reads, writes, columns, ...more }: Product): void {
    const [P, I] = [this.#floats, this.#places];
    const { weights, bias, rows, into, plane, low, room } = more;
    const sums = new Float64Array(16);
    for (let column = 0; column < columns; column += 4) {
      for (let at = 0; at < 4; at += 1) {
        const from = source + (I[reads / 4 + Math.min(column + at, columns - 1)] as number);
        for (let k = 0; k < inner; k += 1)
          P[room / 4 + 4 * k + at] = P[(from + (I[offsets / 4 + k] as number)) / 4] as number;
      }
      for (let row = 0; row < rows; row += 4) {
        multiplyFour(P, room / 4, weights / 4 + row * inner, inner, sums);
        for (let i = 0; i < Math.min(4, rows - row); i += 1) {
          for (let j = 0; j < Math.min(4, columns - column); j += 1) {
            const sum = (sums[4 * i + j] as number) + (P[bias / 4 + row + i] as number);
            const to = into + (row + i) * plane + (I[writes / 4 + column + j] as number);
            P[to / 4] = Math.max(sum, low);
          }
        }
      }
    }
  }

  multiplyVector({ source, inner, weights, bias, rows, into, low }: Parameters<Machine["multiplyVector"]>[0]): void {
    const P = this.#floats;
    for (let row = 0; row < rows; row += 1) {
      const from = weights / 4 + (row & ~3) * inner + (row & 3);
      let sum = P[bias / 4 + row] as number;
      for (let k = 0; k < inner; k += 1) sum += (P[from + 4 * k] as number) * (P[source / 4 + k] as number);
      P[into / 4 + row] = Math.max(sum, low);
    }
  }

  pack(source: number, rowStep: number, innerStep: number, rows: number, inner: number, into: number): void {
    const P = this.#floats;
    for (let row = 0; row < rows + 3 - ((rows + 3) % 4); row += 1) {
      const to = into / 4 + (row & ~3) * inner + (row & 3);
      const from = source / 4 + row * rowStep;
      for (let k = 0; k < inner; k += 1) P[to + 4 * k] = row < rows ? (P[from + k * innerStep] as number) : 0;
    }
  }

  pad(source: number, shape: readonly number[], into: number, part: Part, fill: number): void {
    const P = this.#floats;
    const [channels, height, width] = shape as [number, number, number];
    const { top, left, rows, columns } = part;
    let to = into / 4;
    for (let channel = 0; channel < channels; channel += 1) {
      for (let row = 0; row < rows; row += 1) {
        const y = top + row;
        const from = source / 4 + (channel * height + y) * width + left;
        for (let column = 0; column < columns; column += 1, to += 1) {
          const x = left + column;
          P[to] = y >= 0 && y < height && x >= 0 && x < width ? (P[from + column] as number) : fill;
        }
      }
    }
  }

  move(from: Region, to: Region, [channels, rows, columns]: readonly [number, number, number]): void {
    const P = this.#floats;
    for (let channel = 0; channel < channels; channel += 1) {
      for (let row = 0; row < rows; row += 1) {
        const at = (from.address + channel * from.plane + row * from.row) / 4;
        P.copyWithin((to.address + channel * to.plane + row * to.row) / 4, at, at + columns);
      }
    }
  }

  #slide(slide: Slide, summary: (first: number, channel: number) => number): void {
    const { source, plane, row, strides, into, shape } = slide;
    const [channels, height, width] = shape;
    let to = into / 4;
    for (let channel = 0; channel < channels; channel += 1) {
      for (let y = 0; y < height; y += 1) {
        const from = source + channel * plane + y * strides[0] * row;
        for (let x = 0; x < width; x += 1, to += 1)
          this.#floats[to] = summary((from + 4 * x * strides[1]) / 4, channel);
      }
    }
  }

  slideProduct(slide: Slide, weights: number, bias: number, low: number): void {
    const { taps, tapCount } = slide;
    const [P, I] = [this.#floats, this.#places];
    this.#slide(slide, (first, channel) => {
      let sum = P[bias / 4 + channel] as number;
      for (let tap = 0; tap < tapCount; tap += 1) {
        const weight = P[weights / 4 + channel * tapCount + tap] as number;
        sum += weight * (P[first + (I[taps / 4 + tap] as number) / 4] as number);
      }
      return Math.max(sum, low);
    });
  }

  slideLargest(slide: Slide): void {
    const { taps, tapCount } = slide;
    const [P, I] = [this.#floats, this.#places];
    this.#slide(slide, (first) => {
      let most = -Infinity;
      for (let tap = 0; tap < tapCount; tap += 1) {
        const found = P[first + (I[taps / 4 + tap] as number) / 4] as number;
        if (found > most) most = found;
      }
      return most;
    });
  }

  slideSum(slide: Slide): void {
    const { taps, tapCount } = slide;
    const [P, I] = [this.#floats, this.#places];
    this.#slide(slide, (first) => {
      let sum = 0;
      for (let tap = 0; tap < tapCount; tap += 1) sum += P[first + (I[taps / 4 + tap] as number) / 4] as number;
      return sum;
    });
  }

  add(a: number, b: number, into: number, count: number, factorA: number, factorB: number): void {
    const P = this.#floats;
    for (let at = 0; at < count; at += 1)
      P[into / 4 + at] = factorA * (P[a / 4 + at] as number) + factorB * (P[b / 4 + at] as number);
  }

  times(a: number, b: number, into: number, count: number): void {
    const P = this.#floats;
    for (let at = 0; at < count; at += 1) P[into / 4 + at] = (P[a / 4 + at] as number) * (P[b / 4 + at] as number);
  }

  scale(source: number, factors: number, offsets: number, into: number, channels: number, cells: number): void {
    const P = this.#floats;
    for (let channel = 0, at = 0; channel < channels; channel += 1) {
      const [factor, offset] = [P[factors / 4 + channel] as number, P[offsets / 4 + channel] as number];
      for (const end = at + cells; at < end; at += 1)
        P[into / 4 + at] = (P[source / 4 + at] as number) * factor + offset;
    }
  }

  clamp(source: number, into: number, count: number, low: number, high: number): void {
    this.#each(source, into, count, (x) => Math.min(Math.max(x, low), high));
  }

  hardSwish(source: number, into: number, count: number): void {
    this.#each(source, into, count, (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1));
  }

  sigmoid(source: number, into: number, count: number): void {
    this.#each(source, into, count, (x) => 1 / (1 + Math.exp(-x)));
  }

  means(source: number, into: number, channels: number, cells: number): void {
    const P = this.#floats;
    for (let channel = 0, at = source / 4; channel < channels; channel += 1) {
      let sum = 0;
      for (const end = at + cells; at < end; at += 1) sum += P[at] as number;
      P[into / 4 + channel] = sum / cells;
    }
  }

  statistics(source: number, into: number, channels: number, cells: number): void {
    const P = this.#floats;
    for (let channel = 0, at = source / 4; channel < channels; channel += 1) {
      let [most, sum, zeros] = [-Infinity, 0, 0];
      for (const end = at + cells; at < end; at += 1) {
        const number = P[at] as number;
        most = Math.max(most, number); // NaN where one is
        zeros += Number(number === 0);
        sum += number;
      }
      for (const [place, value] of [most, sum / cells, zeros / cells].entries())
        P[into / 4 + place * channels + channel] = value;
    }
  }

  squares(source: number, count: number): number {
    const P = this.#floats;
    let sum = 0;
    for (let at = source / 4; at < source / 4 + count; at += 1) sum += (P[at] as number) ** 2;
    return sum;
  }

  #each(source: number, into: number, count: number, of: (x: number) => number): void {
    const P = this.#floats;
    for (let at = 0; at < count; at += 1) P[into / 4 + at] = of(P[source / 4 + at] as number);
  }
}

export const plain: Kernels = { name: "plain", machine: async () => new PlainMachine() };

/** Sixteen sums: of four kernels over four columns. */
// biome-ignore format: a kernel a line, which reads as the matrix that it is
function multiplyFour(P: Float32Array, p: number, w: number, inner: number, sums: Float64Array): void {
  // Kept in registers: indexing arrays here would halve the speed.
  let [a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (const end = p + 4 * inner; p < end; p += 4, w += 4) {
    const v0 = P[p] as number;
    const v1 = P[p + 1] as number;
    const v2 = P[p + 2] as number;
    const v3 = P[p + 3] as number;
    let k = P[w] as number;
    a0 += k * v0; a1 += k * v1; a2 += k * v2; a3 += k * v3;
    k = P[w + 1] as number;
    b0 += k * v0; b1 += k * v1; b2 += k * v2; b3 += k * v3;
    k = P[w + 2] as number;
    c0 += k * v0; c1 += k * v1; c2 += k * v2; c3 += k * v3;
    k = P[w + 3] as number;
    d0 += k * v0; d1 += k * v1; d2 += k * v2; d3 += k * v3;
  }
  sums[0] = a0; sums[1] = a1; sums[2] = a2; sums[3] = a3;
  sums[4] = b0; sums[5] = b1; sums[6] = b2; sums[7] = b3;
  sums[8] = c0; sums[9] = c1; sums[10] = c2; sums[11] = c3;
  sums[12] = d0; sums[13] = d1; sums[14] = d2; sums[15] = d3;
}
