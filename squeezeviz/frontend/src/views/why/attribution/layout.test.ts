import { expect, test } from "vitest";
import type { Attribution } from "../../../store/types.ts";
import { cellsOf, signedColours, sizePixel } from "./layout.ts";
import { GROUPS, isOfCells, titleOf } from "./methods.ts";

const pixels = (values: number[], reduction: "sum" | "largest" = "sum"): Attribution =>
  ({ values: Float32Array.from(values), shape: [3, 1, 2], layer: null, reduction }) as unknown as Attribution;

test("channels are added, or the largest size is taken", () => {
  expect([...cellsOf(pixels([1, 2, -3, 0, 0.5, -4]))]).toEqual([-1.5, -2]);
  expect([...cellsOf(pixels([1, 2, -3, 0, 0.5, -4], "largest"))]).toEqual([3, 4]);
});

test("a layer's cells are as they are", () => {
  const values = Float32Array.of(1, -2);
  expect(cellsOf({ values, shape: [1, 1, 2], layer: "fire9/concat" } as unknown as Attribution)).toBe(values);
});

test("grey is none; each colour is lighter for more and darker for less, and cut off beyond full colour", () => {
  const made = pixels([1, 0, -1, 0, 9, 0]);
  expect(signedColours(made, 1, 0) >>> 0).toBe(0xffff00ff);
  expect(signedColours(made, 1, 1) >>> 0).toBe(0xff808080);
  expect(sizePixel(-2, 2) >>> 0).toBe(0xffffffff);
  expect(sizePixel(0, 0) >>> 0).toBe(0xff000000);
});

test("every method has one title", () => {
  const names = GROUPS.flatMap(([, titles]) => Object.keys(titles));
  expect(new Set(names).size).toBe(names.length);
  expect(titleOf("grad-cam++")).toBe("Grad-CAM++");
  expect([isOfCells("saliency"), isOfCells("lrp-epsilon"), isOfCells("score-cam")]).toEqual([false, false, true]);
});
