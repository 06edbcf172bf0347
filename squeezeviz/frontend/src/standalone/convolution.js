/**
 * A convolution as products of small matrices: kernels, four at a time, times what lies under the cells, four at a time.
 * Sums are double precision throughout, and rounded to single once, at the end.
 */

/** @import { Maps, Step, Weights } from "./types.js" */

const CELLS = 32; // whose values lie ready at once: what is read again and again stays in the processor's cache

/** Kernels in the order in which they are read: four of them side by side. @param {Float32Array} kernels @param {number} first @param {number} count @param {number} size */
function packed(kernels, first, count, size) {
  const quads = new Float64Array(Math.ceil(count / 4) * 4 * size);
  for (let kernel = 0; kernel < count; kernel += 1) {
    const to = (kernel >> 2) * 4 * size + (kernel & 3);
    const from = (first + kernel) * size;
    for (let k = 0; k < size; k += 1) quads[to + 4 * k] = /** @type {number} */ (kernels[from + k]);
  }
  return quads;
}

/**
 * What lies under some cells, four of them side by side; 0 where it lies beyond the edge.
 * @param {Float64Array} into
 * @param {Maps} source
 * @param {Step} step
 * @param {{channel: number, channels: number, cell: number, cells: number, across: number}} which
 */
function gather(into, source, step, { channel, channels, cell, cells, across }) {
  const [, height, width] = source.shape;
  const [[rows, columns], [down, right], [stepY, stepX], [padY, padX]] = [step.kernel, step.dilations, step.strides, step.pads];
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
          into[to] = isInside || (y >= 0 && y < height && x >= 0 && x < width) ? /** @type {number} */ (source.values[from]) : 0;
        }
      }
    }
  }
}

/** Sixteen sums: of four kernels over four cells. @param {Float64Array} P @param {number} p @param {Float64Array} W @param {number} w @param {number} size @param {Float64Array} sums */
function multiply(P, p, W, w, size, sums) {
  // Kept in registers: indexing arrays here would halve the speed.
  let [a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (const end = p + 4 * size; p < end; p += 4, w += 4) {
    const v0 = /** @type {number} */ (P[p]);
    const v1 = /** @type {number} */ (P[p + 1]);
    const v2 = /** @type {number} */ (P[p + 2]);
    const v3 = /** @type {number} */ (P[p + 3]);
    let k = /** @type {number} */ (W[w]);
    a0 += k * v0; a1 += k * v1; a2 += k * v2; a3 += k * v3;
    k = /** @type {number} */ (W[w + 1]);
    b0 += k * v0; b1 += k * v1; b2 += k * v2; b3 += k * v3;
    k = /** @type {number} */ (W[w + 2]);
    c0 += k * v0; c1 += k * v1; c2 += k * v2; c3 += k * v3;
    k = /** @type {number} */ (W[w + 3]);
    d0 += k * v0; d1 += k * v1; d2 += k * v2; d3 += k * v3;
  }
  sums[0] = a0; sums[1] = a1; sums[2] = a2; sums[3] = a3;
  sums[4] = b0; sums[5] = b1; sums[6] = b2; sums[7] = b3;
  sums[8] = c0; sums[9] = c1; sums[10] = c2; sums[11] = c3;
  sums[12] = d0; sums[13] = d1; sums[14] = d2; sums[15] = d3;
}

/**
 * @param {Maps} source
 * @param {Step} step
 * @param {Weights} weights
 * @param {[number, number, number]} shape Of what comes out.
 * @param {() => Promise<void> | null} breathe Called often; what it returns is waited for.
 * @returns {Promise<Float32Array<ArrayBuffer>>}
 */
export async function convolution(source, step, { kernels, bias, shape: [count, inner, rows, columns] }, shape, breathe) {
  const [, height, width] = shape;
  const made = new Float32Array(count * height * width);
  const size = inner * rows * columns;
  const groups = step.group ?? 1;
  const each = count / groups;
  const under = new Float64Array(CELLS * size);
  const sums = new Float64Array(16);
  for (let group = 0; group < groups; group += 1) {
    const quads = packed(kernels, group * each, each, size);
    for (let cell = 0; cell < height * width; cell += CELLS) {
      const cells = Math.min(CELLS, height * width - cell);
      gather(under, source, step, { channel: group * inner, channels: inner, cell, cells, across: width });
      for (let kernel = 0; kernel < each; kernel += 4) {
        for (let at = 0; at < cells; at += 4) {
          multiply(under, at * size, quads, kernel * size, size, sums);
          for (let i = 0; i < Math.min(4, each - kernel); i += 1) {
            const channel = group * each + kernel + i;
            const to = channel * height * width + cell + at;
            for (let j = 0; j < Math.min(4, cells - at); j += 1) {
              const sum = /** @type {number} */ (sums[4 * i + j]) + /** @type {number} */ (bias[channel]);
              made[to + j] = step.relu && !(sum > 0) ? 0 : sum;
            }
          }
        }
      }
      const pause = breathe();
      if (pause) await pause;
    }
  }
  return made;
}
