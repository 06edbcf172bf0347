import { expect, test } from "vitest";
import type { Tensor } from "../../store/types.ts";
import { areAlike, difference, largestOf, movements } from "./compare.ts";

const tensor = (shape: [number, number, number], ...values: number[]) =>
  ({ shape, values: Float32Array.from(values) }) as Tensor;

test("the channels that moved furthest come first, equals by their number", () => {
  const here = tensor([3, 1, 2], 0, 0, 1, 1, 5, 5);
  const there = tensor([3, 1, 2], 0, 2, 4, 5, 5, 3);
  const { order, moved } = movements(here, there);
  expect(order).toEqual([1, 0, 2]);
  expect([...moved]).toEqual([2, 5, 2]);
});

test("the difference is second less first", () => {
  const made = difference(Float32Array.of(1, 2, 3), Float32Array.of(0, 2, 7));
  expect([...made]).toEqual([-1, 0, 4]);
  expect(largestOf(Float32Array.of(-5, 4))).toBe(5);
});

test("maps are alike in every size, or not", () => {
  expect(areAlike(tensor([1, 2, 3]), tensor([1, 2, 3]))).toBe(true);
  expect(areAlike(tensor([1, 2, 3]), tensor([1, 3, 2]))).toBe(false);
});
