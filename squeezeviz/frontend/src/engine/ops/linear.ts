/** Products of matrices: a row of the image's numbers times stored columns, or of matrices of any kind. */
import { COLUMNS, roomOf } from "../kernels/kernels.ts";
import type { Product } from "../kernels/machine.ts";
import { placeOf, sourceAt, sourceOf, termAt } from "../numbers.ts";
import { broadcast, sizeOf } from "../places.ts";
import type { Maps, Op, Opened, Opening, Setup, Step } from "../types.ts";

/** A layer's kernels as the machine multiplies with them, group by group. */
export function packedRows({ space, weights, packed }: Setup, groups = 1): number {
  return packed("rows", () => {
    const { kernels, shape } = weights();
    const [rows, inner] = [shape[0] / groups, kernels.length / shape[0]];
    const group = 4 * Math.ceil(rows / 4) * inner;
    const made = space.take(4 * groups * group);
    const plain = space.put(kernels);
    for (let at = 0; at < groups; at += 1)
      space.machine.pack(plain + 4 * at * rows * inner, inner, 1, rows, inner, made + 4 * at * group);
    space.give(plain);
    return made;
  });
}

/** Its bias, each group's rounded up to four. */
export function packedBias({ space, weights, packed }: Setup, groups = 1): number {
  return packed("bias", () => {
    const { bias } = weights();
    const rows = bias.length / groups;
    const each = 4 * Math.ceil(rows / 4);
    const made = new Float32Array(groups * each);
    for (let at = 0; at < groups; at += 1) made.set(bias.subarray(at * rows, (at + 1) * rows), at * each);
    return space.put(made);
  });
}

/** All channels of one cell, each weighted. */
export const fullyConnected: Op = {
  isWithRelu: true,
  prepare: (setup) => {
    const { space, step } = setup;
    const { shape, kernels } = setup.weights();
    const rows = shape[0];
    const [inner, low] = [kernels.length / rows, step.relu ? 0 : -Infinity];
    const [weights, bias] = [packedRows(setup), packedBias(setup)];
    return ([maps], into) => {
      const source = (maps as Maps).values.byteOffset;
      space.machine.multiplyVector({ source, inner, weights, bias, rows, into: into.byteOffset, low });
    };
  },
  open: (opening): Opened => {
    const { kernels, bias, shape } = opening.weights(opening.layer.name);
    const [, inner] = shape;
    const [out, name] = [placeOf(opening), sourceOf(opening)];
    const terms = Array.from({ length: inner }, (_, at) =>
      termAt(opening, name, at, kernels[out * inner + at] as number),
    );
    return { kind: "sum", bias: bias[out] as number, terms };
  },
};

/** Which numbers of the two meet in one of what comes out. */
interface Meeting {
  left: { start: number; step: number };
  right: { start: number; step: number };
  inner: number;
}

/** Both as matrices: a vector is one row, or one column; and how many of them are multiplied. */
function matrices({ shapes = [], shape = [] }: Step) {
  const [a, b] = [shapes[0] ?? [], shapes[1] ?? []];
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const [rows, inner] = left.slice(-2) as [number, number];
  const columns = right.at(-1) as number;
  const outer = shape.slice(0, shape.length - (a.length > 1 ? 1 : 0) - (b.length > 1 ? 1 : 0));
  const starts = (block: number) => ({
    left: broadcast(block, left.slice(0, -2), outer) * rows * inner,
    right: broadcast(block, right.slice(0, -2), outer) * inner * columns,
  });
  return { rows, inner, columns, blocks: sizeOf(outer), starts };
}

function meeting(step: Step, place: number): Meeting {
  const { rows, inner, columns, starts } = matrices(step);
  const [block, cell] = [Math.floor(place / (rows * columns)), place % (rows * columns)];
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  const { left, right } = starts(block);
  return { left: { start: left + row * inner, step: 1 }, right: { start: right + column, step: columns }, inner };
}

export const matrixProduct: Op = {
  prepare: (setup) => {
    const { step, space } = setup;
    const { moving = [] } = step;
    const { rows, inner, columns, blocks, starts } = matrices(step);
    const held = moving.length < 2 ? setup.packed("constant", () => space.put(setup.weights().kernels)) : 0;
    const bytes = 16 * Math.ceil(rows / 4) * inner;
    space.needScratch(bytes + roomOf(inner));
    const padded = Math.ceil(columns / COLUMNS) * COLUMNS;
    const places = (count: number, each: number) => Int32Array.from({ length: count }, (_, at) => 4 * each * at);
    const bias = space.table(`zeros ${rows}`, () => new Int32Array(4 * Math.ceil(rows / 4)));
    const product = {
      offsets: space.table(`every ${columns} ${inner}`, () => places(inner, columns)),
      reads: space.table(`every 1 ${padded}`, () => places(padded, 1)),
      writes: space.table(`every 1 ${padded}`, () => places(padded, 1)),
      ...{ inner, columns, rows, bias, plane: 4 * columns, low: -Infinity },
    };
    return (inputs, into) => {
      const [left, right] = [0, 1].map((at) => {
        const own = moving.indexOf(at);
        return own < 0 ? held : (inputs[own] as Maps).values.byteOffset;
      }) as [number, number];
      const [weights, room] = [space.scratch, space.scratch + bytes];
      for (let block = 0; block < blocks; block += 1) {
        const from = starts(block);
        space.machine.pack(left + 4 * from.left, inner, 1, rows, inner, weights);
        const to = into.byteOffset + 4 * block * rows * columns;
        const own: Product = { ...product, source: right + 4 * from.right, weights, room, into: to };
        space.machine.multiply(own);
      }
    };
  },
  open: (opening: Opening): Opened => {
    const { step, layer, maps, weights } = opening;
    const { moving = [] } = step;
    const { left, right, inner } = meeting(step, placeOf(opening));
    const [own, other] = moving[0] === 1 ? [right, left] : [left, right];
    const met = moving.length < 2 ? weights(layer.name).kernels : maps(sourceAt(opening, 1)).values;
    const terms = Array.from({ length: inner }, (_, at) =>
      termAt(opening, sourceOf(opening), own.start + at * own.step, met[other.start + at * other.step] as number),
    );
    return { kind: "sum", bias: 0, terms };
  },
};
