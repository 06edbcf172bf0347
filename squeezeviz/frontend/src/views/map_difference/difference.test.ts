import { expect, test } from "vitest";
import type { Tensor } from "../../store/types.ts";
import { movedMost, pairOf, type Side, sizeWithin } from "./difference.ts";

function tensor(shape: [number, number, number], values: number[]): Tensor {
  const cells = shape[1] * shape[2];
  const max = Float32Array.from({ length: shape[0] }, (_, at) =>
    Math.max(...values.slice(at * cells, (at + 1) * cells)),
  );
  const none = new Float32Array(shape[0]);
  return { key: "", layer: "conv1", shape, values: Float32Array.from(values), max, mean: none, zero: none };
}

const side = (of: Tensor | null, channel: number): Side => ({ name: "", tensor: of, channel });
const between = (first: Side, second: Side) =>
  pairOf({ title: "", first, second, isRanked: true, unlike: "they are of different sizes" });

const before = tensor([3, 1, 2], [1, 2, 5, 5, 0, 0]);
const after = tensor([3, 1, 2], [1, 0, 1, 8, 0, 1]);

test("the difference is the second less the first, on the scale of both", () => {
  const pair = between(side(before, 0), side(after, 1));
  expect(pair?.change).toEqual(Float32Array.of(0, 6));
  expect([pair?.top, pair?.most]).toEqual([8, 6]);
  expect(between(side(before, 1), side(after, 0))?.most).toBe(5);
});

test("while one is on its way there is nothing to compare", () => {
  expect(between(side(before, 0), side(null, 0))).toBeNull();
});

test("maps of different sizes have a common scale, and no difference", () => {
  const pair = between(side(before, 1), side(tensor([1, 2, 2], [1, 2, 3, 9]), 0));
  expect([pair?.top, pair?.change]).toEqual([9, null]);
});

test("channels that moved most come first, and those alike in their order", () => {
  const moved = movedMost(before, after, 2);
  expect(moved.map(({ channel }) => channel)).toEqual([1, 0]);
  expect(moved[0]).toMatchObject({ by: 5, top: 8, change: Float32Array.of(-4, 3) });
  expect(movedMost(before, before, 3).map(({ channel }) => channel)).toEqual([0, 1, 2]);
});

test("a map keeps its shape", () => {
  expect(sizeWithin(60, { height: 10, width: 20 })).toEqual([60, 30]);
  expect(sizeWithin(60, { height: 500, width: 2 })).toEqual([1, 60]);
});
