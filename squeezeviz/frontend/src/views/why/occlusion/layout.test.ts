import { expect, test } from "vitest";
import type { Tried } from "../../../store/types.ts";
import { changed, mapBox, nearest, type Patches, patchAt, patchBox, patchCount, pixelsOf, worths } from "./layout.ts";

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
  expect(changed(patches, { patch_px: 16 })).toEqual({ patch_px: 16, stride_px: 16, fill: "grey" });
  expect(changed(patches, { patch_px: 24 }).stride_px).toBe(16);
  expect(changed(patches, { fill: "blur" })).toEqual({ ...patches, fill: "blur" });
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
