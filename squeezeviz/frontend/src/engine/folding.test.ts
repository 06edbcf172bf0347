import { expect, test } from "vitest";
import { folded, proved } from "./folding.ts";
import { STEP, weightsOf } from "./testing.ts";

const AFFINE = { slope: [2, 3, 4], offset: [1, 0, -1], rgb: [2, 1, 0] };

test("what cannot be compared proves nothing", () => {
  const made = folded(weightsOf([1, 3, 1, 1]), AFFINE);
  const pixels = { height: 1, width: 2, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  const values = Float32Array.of(Number.NaN, 1);
  const found = proved(made, { ...STEP, op: "Conv" }, pixels, { shape: [1, 1, 2], values });
  expect(found).toEqual({ difference: Number.NaN, largest: Number.NaN });
});

test("kernels that read one group of channels are refused", () => {
  expect(() => folded(weightsOf([3, 1, 1, 1]), AFFINE)).toThrow("read all 3 channels of the input, found kernels of 1");
});
