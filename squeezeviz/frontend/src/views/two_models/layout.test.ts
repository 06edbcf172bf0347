import { expect, test } from "vitest";
import type { LayerPair } from "../../protocol.ts";
import { areNamedAlike, differenceText, largestOf, shapeText, shareOf, stepped } from "./layout.ts";

const pair = (relative_l2: number | null, more: Partial<LayerPair> = {}): LayerPair => ({
  a: "conv1",
  b: "conv1",
  matched_by: "name",
  shape_a: [4, 3, 3],
  shape_b: [4, 3, 3],
  correlation: 1,
  relative_l2,
  ...more,
});

test("bars are shares of the largest difference that is a number", () => {
  const pairs = [pair(0.1), pair(0.4), pair(null), pair(Number.NaN), pair(Number.POSITIVE_INFINITY)];
  const largest = largestOf(pairs);
  expect(largest).toBe(0.4);
  expect(pairs.map((each) => shareOf(each, largest))).toEqual([0.25, 1, null, null, null]);
  expect(shareOf(pair(0), largestOf([pair(0)]))).toBe(0);
});

test("a small difference is not rounded away", () => {
  expect([0, 0.00031, 0.0994, 0.0999, 1.234, null, Number.NaN].map(differenceText)).toEqual([
    "0",
    "0.00031",
    "0.099",
    "0.10",
    "1.23",
    "",
    "NaN",
  ]);
});

test("two shapes are told where they differ", () => {
  expect(shapeText(pair(0))).toBe("4 × 3 × 3");
  expect(shapeText(pair(null, { shape_b: [5] }))).toBe("4 × 3 × 3; 5");
});

test("one column of names is enough where all are alike", () => {
  expect(areNamedAlike([pair(0)])).toBe(true);
  expect(areNamedAlike([pair(0), pair(0, { b: "101" })])).toBe(false);
});

test("keys stay within the table", () => {
  expect(["ArrowUp", "ArrowDown", "Home", "End", "x"].map((key) => stepped(key, 0, 3))).toEqual([0, 1, 0, 2, null]);
  expect(stepped("ArrowDown", 2, 3)).toBe(2);
});
