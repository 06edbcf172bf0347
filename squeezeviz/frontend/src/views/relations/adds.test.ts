import { expect, test } from "vitest";
import type { Weights } from "../../store/types.ts";
import { kernelSum, largest, strongestInputs, strongestOutputs } from "./adds.ts";

/** Two outputs of three inputs, kernels of 1 × 2. */
const WEIGHTS: Weights = {
  shape: [2, 3, 1, 2],
  kernels: Float32Array.of(1, 1, 2, 2, -3, -3, 0, 1, 0, 2, 0, 3),
  bias: Float32Array.of(0, 0),
};

test("a kernel is summed over its extent alone", () => {
  expect([kernelSum(WEIGHTS, 0, 2), kernelSum(WEIGHTS, 1, 1)]).toEqual([-6, 2]);
});

test("the largest come first whatever their sign, equals as they stood", () => {
  expect(largest([1, -3, 3, 0.5], 3)).toEqual([
    { channel: 1, adds: -3 },
    { channel: 2, adds: 3 },
    { channel: 0, adds: 1 },
  ]);
});

test("what adds most is the mean times the kernel's sum", () => {
  expect(strongestInputs(WEIGHTS, Float32Array.of(10, 1, 2), 0, 2)).toEqual([
    { channel: 0, adds: 20 },
    { channel: 2, adds: -12 },
  ]);
  expect(strongestOutputs(WEIGHTS, 0.5, 2, 5)).toEqual([
    { channel: 0, adds: -3 },
    { channel: 1, adds: 1.5 },
  ]);
});
