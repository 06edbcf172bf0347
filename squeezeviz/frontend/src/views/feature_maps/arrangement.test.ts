import { expect, test } from "vitest";
import type { Layer, Tensor } from "../../store/types.ts";
import { channelBeside, ordered, summary } from "./arrangement.ts";

const PART = { layer: { name: "conv1" } as Layer, from: 1, to: 5 };
const TENSOR = {
  max: Float32Array.of(9, 3, 0, 5, 5),
  mean: Float32Array.of(9, 1, 0, 2, 3),
  zero: Float32Array.of(0, 0.5, 1, 0.25, 0.25),
} as Tensor;

test("channels stand by their number, or the largest first and equals by their number", () => {
  expect(ordered(TENSOR, PART, "index")).toEqual([1, 2, 3, 4]);
  expect(ordered(TENSOR, PART, "mean")).toEqual([4, 3, 1, 2]);
  expect(ordered(TENSOR, PART, "max")).toEqual([3, 4, 1, 2]);
  expect(ordered(TENSOR, PART, "sparsity")).toEqual([2, 1, 3, 4]);
});

test("what is said of a branch counts an ablated channel once, be it zero or its mean", () => {
  expect(summary(TENSOR, PART, () => false)).toBe("50 % zero, 1 dead");
  expect(summary(TENSOR, PART, (channel) => channel === 2 || channel === 3)).toBe("50 % zero, 2 ablated");
  expect(summary(TENSOR, { ...PART, to: 2 }, () => false)).toBe("50 % zero");
});

test("arrows go on through the branches, by the rows of the one they begin in, and end at the ends", () => {
  const orders = [
    [3, 1, 2, 0],
    [5, 4],
  ];
  expect(channelBeside(orders, [2, 1], 1, 1, 0)).toBe(2);
  expect(channelBeside(orders, [2, 1], 3, 0, 1)).toBe(2);
  expect(channelBeside(orders, [2, 1], 0, 1, 0)).toBe(5);
  expect(channelBeside(orders, [2, 1], 4, 0, -1)).toBe(5);
  expect(channelBeside(orders, [2, 1], 4, 10, 0)).toBe(4);
  expect(channelBeside(orders, [2, 1], 3, -10, 0)).toBe(3);
  expect(channelBeside(orders, [2, 1], 7, 1, 0)).toBeNull();
});
