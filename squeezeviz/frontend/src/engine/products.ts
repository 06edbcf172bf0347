/**
 * Products of small matrices: kernels, four at a time, times what lies under the cells, four at a time. Sums are double
 * precision throughout.
 */
import type { Maps, Step } from "./types.ts";

/** Kernels in the order in which they are read: four of them side by side. */
export function packed(kernels: Float32Array, first: number, count: number, size: number): Float64Array {
  const quads = new Float64Array(Math.ceil(count / 4) * 4 * size);
  for (let kernel = 0; kernel < count; kernel += 1) {
    const to = (kernel >> 2) * 4 * size + (kernel & 3);
    const from = (first + kernel) * size;
    for (let k = 0; k < size; k += 1) quads[to + 4 * k] = kernels[from + k] as number;
  }
  return quads;
}

interface Which {
  channel: number;
  channels: number;
  cell: number;
  cells: number;
  /** Cells in a row of what comes out. */
  across: number;
}

/** What lies under some cells, four of them side by side; 0 where it lies beyond the edge. */
export function gather(into: Float64Array, { shape, values }: Maps, step: Step, which: Which): void {
  const { channel, channels, cell, cells, across } = which;
  const [, height, width] = shape;
  const [[rows, columns], [down, right], [stepY, stepX], [padY, padX]] = [
    step.kernel,
    step.dilations,
    step.strides,
    step.pads,
  ];
  const size = channels * rows * columns;
  const plane = height * width;
  for (let at = 0; at < cells; at += 1) {
    const y0 = Math.floor((cell + at) / across) * stepY - padY;
    const x0 = ((cell + at) % across) * stepX - padX;
    let to = (at >> 2) * 4 * size + (at & 3);
    const isInside = y0 >= 0 && x0 >= 0 && y0 + (rows - 1) * down < height && x0 + (columns - 1) * right < width;
    for (let c = channel; c < channel + channels; c += 1) {
      for (let ky = 0; ky < rows; ky += 1) {
        const y = y0 + ky * down;
        let from = c * plane + y * width + x0;
        for (let kx = 0; kx < columns; kx += 1, from += right, to += 4) {
          const x = x0 + kx * right;
          into[to] = isInside || (y >= 0 && y < height && x >= 0 && x < width) ? (values[from] as number) : 0;
        }
      }
    }
  }
}

/** Sixteen sums: of four kernels W over four cells P. */
// biome-ignore format: a kernel a line, which reads as the matrix that it is
export function multiply(P: Float64Array, p: number, W: Float64Array, w: number, size: number, sums: Float64Array): void {
  // Kept in registers: indexing arrays here would halve the speed.
  let [a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (const end = p + 4 * size; p < end; p += 4, w += 4) {
    const v0 = P[p] as number;
    const v1 = P[p + 1] as number;
    const v2 = P[p + 2] as number;
    const v3 = P[p + 3] as number;
    let k = W[w] as number;
    a0 += k * v0; a1 += k * v1; a2 += k * v2; a3 += k * v3;
    k = W[w + 1] as number;
    b0 += k * v0; b1 += k * v1; b2 += k * v2; b3 += k * v3;
    k = W[w + 2] as number;
    c0 += k * v0; c1 += k * v1; c2 += k * v2; c3 += k * v3;
    k = W[w + 3] as number;
    d0 += k * v0; d1 += k * v1; d2 += k * v2; d3 += k * v3;
  }
  sums[0] = a0; sums[1] = a1; sums[2] = a2; sums[3] = a3;
  sums[4] = b0; sums[5] = b1; sums[6] = b2; sums[7] = b3;
  sums[8] = c0; sums[9] = c1; sums[10] = c2; sums[11] = c3;
  sums[12] = d0; sums[13] = d1; sums[14] = d2; sums[15] = d3;
}
