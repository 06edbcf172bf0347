import { COLUMNS, type Product, roomOf } from "../kernels/kernels.ts";
import { sourceOf, termOf } from "../numbers.ts";
import { bytesOf, groundOf, isInside, offsets, partUnder, slider } from "../sliding.ts";
import type { Compute, Op, Opened, Opening, Setup, Shape, Step } from "../types.ts";
import { reach } from "../windows.ts";
import { fullyConnected, packedBias, packedRows } from "./linear.ts";

/** A product of matrices: kernels times what lies under the cells; or a kernel a channel, or one cell. */
function prepare(setup: Setup): Compute {
  const { step, shape, inputs } = setup;
  const [channels, height, width] = inputs[0] as Shape;
  const group = step.group ?? 1;
  const isOneCell = height * width === 1 && shape[1] * shape[2] === 1 && step.kernel.join() === "1,1";
  if (isOneCell && group === 1) return fullyConnected.prepare(setup);
  return group > 1 && group === channels && shape[0] === channels ? depthwise(setup) : general(setup);
}

const lowOf = ({ relu }: Step): number => (relu ? 0 : -Infinity);

function depthwise(setup: Setup): Compute {
  const { step, shape, space, inputs } = setup;
  const slide = slider(space, step, inputs[0] as Shape, shape, 0);
  const weights = setup.packed("kernels", () => space.put(setup.weights().kernels));
  const bias = packedBias(setup);
  return ([maps], into) => {
    if (maps) space.machine.slideProduct(slide(maps, into.byteOffset), weights, bias, lowOf(step));
  };
}

function general(setup: Setup): Compute {
  const { step, shape, space } = setup;
  const [count, inner] = setup.weights().shape;
  const groups = step.group ?? 1;
  const input = setup.inputs[0] as Shape;
  const part = partUnder(step, shape);
  const [rows, columns] = isInside(part, input) ? [input[1], input[2]] : [part.rows, part.columns];
  const size = inner * step.kernel[0] * step.kernel[1];
  const copied = isInside(part, input) ? 0 : Math.ceil(bytesOf(input, part) / 16) * 16 + 128;
  space.needScratch(copied + roomOf(size));
  const cells = shape[1] * shape[2];
  const product = {
    offsets: space.table(`offsets ${step.kernel} ${step.dilations} ${inner} ${rows} ${columns}`, () =>
      offsets(step, inner, rows * columns, columns),
    ),
    inner: size,
    reads: space.table(`reads ${step.strides} ${columns} ${shape.slice(1)}`, () => readsOf(step, shape, columns)),
    writes: space.table(`writes ${cells}`, () => writesOf(cells)),
    columns: cells,
    rows: count / groups,
    plane: 4 * cells,
    low: lowOf(step),
  };
  const each = 4 * Math.ceil(product.rows / 4);
  const weights = packedRows(setup, groups);
  const bias = packedBias(setup, groups);
  return ([maps], into) => {
    if (!maps) return;
    const ground = groundOf(space, maps, part, 0);
    const room = space.scratch + copied;
    for (let group = 0; group < groups; group += 1) {
      const own: Product = {
        ...product,
        room,
        source: ground.address + 4 * group * inner * rows * columns,
        weights: weights + 4 * group * each * size,
        bias: bias + 4 * group * each,
        into: into.byteOffset + group * product.rows * product.plane,
      };
      space.machine.multiply(own);
    }
  };
}

/** Where each window begins, in bytes; the last columns, that are none, go on as the others do. */
function readsOf({ strides }: Step, [, height, width]: Shape, columns: number): Int32Array {
  const cells = height * width;
  const found = new Int32Array(Math.ceil(cells / COLUMNS) * COLUMNS);
  for (let at = 0; at < cells; at += 1)
    found[at] = 4 * (Math.floor(at / width) * strides[0] * columns + (at % width) * strides[1]);
  for (let at = cells; at < found.length; at += 1) found[at] = (found[at - 1] as number) + 4;
  return found;
}

const writesOf = (cells: number): Int32Array =>
  Int32Array.from({ length: Math.ceil(cells / COLUMNS) * COLUMNS }, (_, at) => 4 * at);

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

/** ReLU is taken as sums are written. */
export const convolution: Op = { prepare, open, isWithRelu: true };
