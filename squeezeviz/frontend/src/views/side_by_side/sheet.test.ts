import { expect, test } from "vitest";
import { colourOf, largestOf, layoutSheet } from "./sheet.ts";

test("patches stand in a square", () => {
  const { width, height, place } = layoutSheet(64);
  expect([width, height]).toEqual([117, 117]);
  expect([place(0), place(9)]).toEqual([
    [0, 0],
    [15, 15],
  ]);
  expect(layoutSheet(5)).toMatchObject({ width: 42, height: 27 });
});

test("a weight of 0 is grey, and the largest is full colour", () => {
  const values = Float32Array.of(0, -2, 1);
  expect(colourOf([1, 3, 1, 1], values, largestOf(values))(0, 0, 0)).toEqual([128, 1, 192]);
});

test("one colour is grey, and weights that are all 0 are too", () => {
  expect(colourOf([1, 1, 1, 1], Float32Array.of(3), 3)(0, 0, 0)).toEqual([255, 255, 255]);
  expect(colourOf([1, 1, 1, 1], Float32Array.of(0), 0)(0, 0, 0)).toEqual([128, 128, 128]);
});
