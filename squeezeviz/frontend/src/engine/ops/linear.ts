/** Products of matrices: a row of the image's numbers times stored columns, or of matrices of any kind. */
import { firstOf, placeOf, sourceAt, sourceOf, termAt } from "../numbers.ts";
import { broadcast, sizeOf } from "../places.ts";
import type { Maps, Op, Opened, Opening, Step, Values } from "../types.ts";

/** All channels of one cell, each weighted. */
export const fullyConnected: Op = {
  compute: async (inputs, { weights }) => {
    const { values } = firstOf(inputs);
    const { kernels, bias, shape } = await weights();
    const [count, inner] = shape;
    const made = new Float32Array(count);
    for (let out = 0; out < count; out += 1) {
      let all = bias[out] as number;
      for (let at = 0; at < inner; at += 1) all += (kernels[out * inner + at] as number) * (values[at] as number);
      made[out] = all;
    }
    return made;
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

function meeting({ shapes = [], shape = [] }: Step, place: number): Meeting {
  const [a, b] = [shapes[0] ?? [], shapes[1] ?? []];
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const [rows, inner] = left.slice(-2) as [number, number];
  const columns = right.at(-1) as number;
  const outer = shape.slice(0, shape.length - (a.length > 1 ? 1 : 0) - (b.length > 1 ? 1 : 0));
  const [block, cell] = [Math.floor(place / (rows * columns)), place % (rows * columns)];
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  const lefts = broadcast(block, left.slice(0, -2), outer) * rows * inner;
  const rights = broadcast(block, right.slice(0, -2), outer) * inner * columns;
  return {
    left: { start: lefts + row * inner, step: 1 },
    right: { start: rights + column, step: columns },
    inner,
  };
}

export const matrixProduct: Op = {
  compute: async (inputs, { step, weights }) => {
    const { moving = [] } = step;
    const held = moving.length < 2 ? (await weights()).kernels : new Float32Array(0);
    const [left, right] = [0, 1].map((at) => {
      const own = moving.indexOf(at);
      return own < 0 ? held : (inputs[own] as Maps).values;
    }) as [Values, Values];
    const made = new Float32Array(sizeOf(step.shape ?? []));
    for (let place = 0; place < made.length; place += 1) {
      const met = meeting(step, place);
      let all = 0;
      for (let at = 0; at < met.inner; at += 1) {
        const [a, b] = [left[met.left.start + at], right[met.right.start + at * met.right.step]];
        all += (a as number) * (b as number);
      }
      made[place] = all;
    }
    return made;
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
