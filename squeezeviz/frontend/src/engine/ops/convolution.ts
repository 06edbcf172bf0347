import { COLUMNS, roomOf } from "../kernels/kernels.ts";
import type { Part, Product } from "../kernels/machine.ts";
import { sourceOf, termOf } from "../numbers.ts";
import { touchedBy } from "../parts.ts";
import { allOf, bytesOf, type Ground, groundOf, isInside, offsets, partUnder, sliding } from "../sliding.ts";
import type { Compute, Maps, Op, Opened, Opening, Setup, Shape, Step } from "../types.ts";
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
  const { step, space } = setup;
  const weights = setup.packed("kernels", () => space.put(setup.weights().kernels));
  const bias = packedBias(setup);
  return sliding(setup, 0, (slide) => space.machine.slideProduct(slide, weights, bias, lowOf(step)));
}

/** Where a product's columns come from, and go to. */
type Columns = Pick<Product, "offsets" | "reads" | "writes" | "columns">;

function general(setup: Setup): Compute {
  const { step, shape, space } = setup;
  const input = setup.inputs[0] as Shape;
  const whole = partUnder(step, allOf(shape));
  const copied = isInside(whole, input) ? 0 : Math.ceil(bytesOf(input, whole) / 16) * 16 + 128;
  const multiply = multiplied(setup);
  const [rows, columns] = copied ? [whole.rows, whole.columns] : [input[1], input[2]];
  const room = roomOf(multiply.inner);
  const tables = tablesOf(step, shape);
  space.needScratch(copied + room + 4 * (multiply.inner + 2 * (shape[1] * shape[2] + COLUMNS)));
  const own: Columns = {
    offsets: space.table(`offsets ${step.kernel} ${step.dilations} ${multiply.channels} ${rows} ${columns}`, () =>
      offsets(step, multiply.channels, rows * columns, columns),
    ),
    reads: space.table(`reads ${step.strides} ${columns} ${shape.slice(1)}`, () => tables.reads(allOf(shape), columns)),
    writes: space.table(`writes ${shape.slice(1)}`, () => tables.writes(allOf(shape))),
    columns: shape[1] * shape[2],
  };
  const compute: Compute = ([maps], into) => {
    multiply.go(groundOf(space, maps as Maps, whole, 0), own, into.byteOffset, space.scratch + copied);
  };
  const part: Compute["part"] = ([maps], into, cells) => {
    const ground = groundOf(space, maps as Maps, partUnder(step, cells), 0);
    const [reads, writes] = [tables.reads(cells, ground.columns), tables.writes(cells)];
    const at = space.scratch + copied + room;
    const places = { offsets: at, reads: at + 4 * multiply.inner, writes: at + 4 * (multiply.inner + reads.length) };
    space.writePlaces(places.offsets, offsets(step, multiply.channels, ground.rows * ground.columns, ground.columns));
    space.writePlaces(places.reads, reads);
    space.writePlaces(places.writes, writes);
    multiply.go(ground, { ...places, columns: cells.rows * cells.columns }, into.byteOffset, space.scratch + copied);
  };
  return Object.assign(compute, { part, touched: (cells: Part) => touchedBy(step, shape, cells) });
}

/** The product itself, group by group. */
function multiplied(setup: Setup) {
  const { step, shape, space } = setup;
  const [count, channels] = setup.weights().shape;
  const groups = step.group ?? 1;
  const inner = channels * step.kernel[0] * step.kernel[1];
  const [rows, plane] = [count / groups, 4 * shape[1] * shape[2]];
  const each = 4 * Math.ceil(rows / 4);
  const [weights, bias, low] = [packedRows(setup, groups), packedBias(setup, groups), lowOf(step)];
  const go = (ground: Ground, columns: Columns, into: number, room: number): void => {
    for (let group = 0; group < groups; group += 1) {
      space.machine.multiply({
        ...columns,
        source: ground.address + 4 * group * channels * ground.rows * ground.columns,
        weights: weights + 4 * group * each * inner,
        bias: bias + 4 * group * each,
        into: into + group * rows * plane,
        ...{ inner, rows, plane, low, room },
      });
    }
  };
  return { go, inner, channels };
}

/** Where the windows of some cells begin in what they lie over, and where these cells are, in bytes. */
function tablesOf({ strides }: Step, [, , width]: Shape) {
  const filled = ({ rows, columns }: Part, of: (y: number, x: number) => number): Int32Array => {
    const cells = rows * columns;
    const found = new Int32Array(Math.ceil(cells / COLUMNS) * COLUMNS);
    for (let at = 0; at < cells; at += 1) found[at] = 4 * of(Math.floor(at / columns), at % columns);
    for (let at = cells; at < found.length; at += 1) found[at] = (found[at - 1] as number) + 4; // none: on as before
    return found;
  };
  return {
    reads: (cells: Part, across: number) => filled(cells, (y, x) => y * strides[0] * across + x * strides[1]),
    writes: (cells: Part) => filled(cells, (y, x) => (cells.top + y) * width + cells.left + x),
  };
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

/** ReLU is taken as sums are written. */
export const convolution: Op = { prepare, open, isWithRelu: true };
