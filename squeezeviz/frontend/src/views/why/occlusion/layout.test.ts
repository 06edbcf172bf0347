import { expect, test } from "vitest";
import type { Tried } from "../../../store/types.ts";
import {
  mapBox,
  nearest,
  type Patches,
  patchAt,
  patchBox,
  patchCount,
  patchesOf,
  pixelsOf,
  sizesFor,
  worths,
} from "./layout.ts";

const made = {
  rows: 2,
  columns: 2,
  patch_px: 64,
  stride_px: 32,
  input_px: [90, 96],
  logit: 10,
  probability: 0.5,
  logits: Float32Array.of(8, 12, NaN, 9),
  probabilities: Float32Array.of(0.25, 0.75, NaN, 0.5),
  best: Uint16Array.of(3, 5, 0, 4),
  answer: 5,
} as unknown as Tried;

const patches: Patches = { patch_px: 64, stride_px: 32, fill: "grey" };

test("no pixels are left out between patches", () => {
  const changed = (change: Partial<Patches>) => patchesOf({ ...patches, ...change }, sizesFor([227, 227]));
  expect(changed({ patch_px: 16 })).toEqual({ patch_px: 16, stride_px: 16, fill: "grey" });
  expect(changed({ patch_px: 24 }).stride_px).toBe(16);
  expect(changed({ fill: "blur" })).toEqual({ ...patches, fill: "blur" });
});

test("sizes follow the input's", () => {
  const usual = { patches: [16, 24, 32, 48, 64], strides: [4, 8, 16, 32], usual: { patch_px: 32, stride_px: 16 } };
  expect([sizesFor([227, 227]), sizesFor([224, 320])]).toEqual([usual, usual]);
  expect(sizesFor([24, 24])).toEqual({
    patches: [2, 3, 4, 6, 8],
    strides: [1, 2, 4],
    usual: { patch_px: 4, stride_px: 2 },
  });
  expect(sizesFor([8, 24])).toEqual({ patches: [1, 2, 3, 4], strides: [1, 2], usual: { patch_px: 2, stride_px: 1 } });
  expect(sizesFor([1, 1])).toEqual({ patches: [1], strides: [1], usual: { patch_px: 1, stride_px: 1 } });
});

test("what is not on offer for an input is not kept", () => {
  expect(patchesOf(patches, sizesFor([24, 24]))).toEqual({ patch_px: 4, stride_px: 2, fill: "grey" });
  expect(patchesOf({}, sizesFor([227, 227]))).toEqual({ patch_px: 32, stride_px: 16, fill: "grey" });
});

test("patches cover the input to its end", () => {
  expect([patchCount(patches, [227, 227]), patchCount(patches, [50, 227])]).toEqual([49, 7]);
});

test("what a patch is worth is what the class loses without it", () => {
  const { values, most, best, flips } = worths(made, "logit");
  expect(values).toEqual([2, -2, NaN, 1]);
  expect([most, best]).toEqual([2, [0, 0]]);
  expect(flips).toEqual([
    [0, 0],
    [1, 1],
  ]);
  expect(worths(made, "probability").values).toEqual([0.25, -0.25, NaN, 0]);
});

test("before anything is known there is nothing to say", () => {
  const nothing = { ...made, logits: Float32Array.of(NaN, NaN, NaN, NaN) };
  expect(worths(nothing, "logit")).toMatchObject({ most: 0, best: [0, 0], flips: [] });
});

test("what is not known yet has the value of the coarser grid's nearest", () => {
  expect(nearest([7, NaN, NaN, NaN], 2, [1, 1])).toBe(7);
  expect(nearest([NaN, NaN, NaN, 3], 2, [1, 1])).toBe(3);
  expect(nearest([NaN, NaN, NaN, NaN], 2, [1, 1])).toBeNaN();
});

test("a patch ends at the input's edge", () => {
  expect(pixelsOf(made, [1, 1])).toEqual({ rows: [32, 89], columns: [32, 95] });
  expect(patchBox({ ...made, input_px: [96, 96] }, [1, 0], 192)).toEqual([0, 64, 128, 128]);
});

test("the patch under a place is the one whose centre is nearest", () => {
  expect(mapBox({ ...made, input_px: [96, 96] }, 192)).toEqual([32, 32, 128, 128]);
  const at = (x: number, y: number) => patchAt({ ...made, input_px: [96, 96] }, 192, x, y);
  expect([at(0, 0), at(95, 97), at(191, 0)]).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
  ]);
});
