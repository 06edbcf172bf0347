import { expect, test } from "vitest";
import type { Layer } from "../protocol.ts";
import { compareLogits, compareStatistics, NOTHING_COMPARED } from "./exactness.ts";

const compared = (ours: number[], theirs: number[]) =>
  compareLogits(NOTHING_COMPARED, "logits", Float32Array.from(ours), Float32Array.from(theirs));

test("the largest difference counts, as a share of the layer's largest value", () => {
  expect(compared([1, 2.5, -4], [1, 2, -4])).toEqual({ layer: "logits", size: 0.125, compared: 3 });
});

test("a number that is none stays the largest difference, whatever follows", () => {
  expect(compared([Number.NaN, 1.5], [2, 1]).size).toBeNaN();
  expect(compared([1, Infinity], [1, 2]).size).toBe(Infinity);
});

test("numbers that are infinite, or none, on both sides are the same", () => {
  expect(compared([Infinity, Number.NaN, -Infinity], [Infinity, Number.NaN, -Infinity]).size).toBe(0);
});

test("a channel that is no number anywhere has that maximum here, too", () => {
  const layers = [{ name: "a", shape: [1, 1, 2] }] as Layer[];
  const ours = () => Float32Array.of(Number.NaN, Number.NaN, 0);
  const theirs = Float32Array.of(Number.NaN, Number.NaN);
  expect(compareStatistics(NOTHING_COMPARED, layers, ours, theirs).size).toBe(0);
});
