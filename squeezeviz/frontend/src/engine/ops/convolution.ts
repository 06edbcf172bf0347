import { sourceOf, termOf } from "../numbers.ts";
import { gather, multiply, packed } from "../products.ts";
import type { Maps, Op, Opened, Opening, Shape, Step, Values, Work } from "../types.ts";
import { reach } from "../windows.ts";

const CELLS = 32; // whose values lie ready at once: what is read again and again stays in the processor's cache

/** Sums are rounded to single precision once, at the end. */
async function compute(inputs: Maps[], { step, shape, weights, breathe }: Work): Promise<Values> {
  const source = inputs[0] as Maps;
  const { kernels, bias, shape: sizes } = await weights();
  const [count, inner, rows, columns] = sizes;
  const [, height, width] = shape;
  const size = inner * rows * columns;
  const each = count / (step.group ?? 1);
  const made = new Float32Array(count * height * width);
  const under = new Float64Array(CELLS * size);
  for (let first = 0; first < count; first += each) {
    const quads = packed(kernels, first, each, size);
    const group = { made, bias, shape, step, first, each };
    const channel = (first / each) * inner;
    for (let cell = 0; cell < height * width; cell += CELLS) {
      const cells = Math.min(CELLS, height * width - cell);
      gather(under, source, step, { channel, channels: inner, cell, cells, across: width });
      products(group, under, quads, size, cell, cells);
      const pause = breathe();
      if (pause) await pause;
    }
  }
  return made;
}

interface Group {
  made: Values;
  bias: Values;
  shape: Shape;
  step: Step;
  /** Its kernels: from, and how many. */
  first: number;
  each: number;
}

const sums = new Float64Array(16);

/** A group's kernels over some cells. */
function products(
  { made, bias, shape: [, height, width], step, first, each }: Group,
  under: Float64Array,
  quads: Float64Array,
  size: number,
  cell: number,
  cells: number,
): void {
  for (let kernel = 0; kernel < each; kernel += 4) {
    for (let at = 0; at < cells; at += 4) {
      multiply(under, at * size, quads, kernel * size, size, sums);
      for (let i = 0; i < Math.min(4, each - kernel); i += 1) {
        const channel = first + kernel + i;
        const to = channel * height * width + cell + at;
        for (let j = 0; j < Math.min(4, cells - at); j += 1) {
          const sum = (sums[4 * i + j] as number) + (bias[channel] as number);
          made[to + j] = step.relu && !(sum > 0) ? 0 : sum;
        }
      }
    }
  }
}

function open(opening: Opening): Opened {
  const { layer, step, channel, cell, maps, weights } = opening;
  const name = sourceOf(opening);
  const {
    shape: [count, inner, rows, columns],
    kernels,
    bias,
  } = weights(layer.name);
  const first = Math.floor(channel / (count / (step.group ?? 1))) * inner; // a group reads channels of its own
  const [, height, width] = maps(name).shape;
  const terms = [];
  for (const { place: dy, at: y } of reach(step, 0, cell[0], height)) {
    for (const { place: dx, at: x } of reach(step, 1, cell[1], width)) {
      for (let c = 0; c < inner; c += 1) {
        const weight = kernels[((channel * inner + c) * rows + dy) * columns + dx] as number;
        terms.push(termOf(opening, name, first + c, [y, x], weight));
      }
    }
  }
  return { kind: "sum", bias: bias[channel] as number, terms };
}

/** ReLU is taken in double precision, before rounding. */
export const convolution: Op = { compute, open, isWithRelu: true };
