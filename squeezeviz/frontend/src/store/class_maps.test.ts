import { expect, test } from "vitest";
import { weighted } from "./class_maps.ts";
import type { Tensor } from "./types.ts";

test("a class's map is its weights times the features, and its mean their means' sum and the bias", () => {
  const features = { layer: "relu", shape: [2, 1, 3], values: Float32Array.of(1, 2, 3, 0, 4, 8) } as unknown as Tensor;
  const made = weighted(features, { weights: Float32Array.of(2, -1), bias: 0.5 }, "k");
  expect([...made.values]).toEqual([2.5, 0.5, -1.5]);
  expect([made.shape, made.max[0], made.mean[0], made.zero[0]]).toEqual([[1, 1, 3], 2.5, 0.5, 0]);
  expect(made.mean[0]).toBeCloseTo(2 * 2 - 4 + 0.5);
});
