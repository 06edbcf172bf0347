import { expect, test } from "vitest";
import { cellBeside, histogramOf, peakOf, sideIn, strongest, ticks } from "./layout.ts";

test("the strongest cells are some way apart, and above zero", () => {
  const map = new Float32Array(24 * 32);
  map[5 * 32 + 7] = 9;
  map[5 * 32 + 8] = 8; // beside it
  map[20 * 32 + 30] = 3;
  map[0] = -5;
  expect(strongest(map, 24, 32, 5)).toEqual([
    { value: 9, y: 5, x: 7 },
    { value: 3, y: 20, x: 30 },
  ]);
  expect(strongest(map, 24, 32, 1)).toHaveLength(1);
  expect(strongest(new Float32Array(16), 4, 4, 5)).toEqual([]);
});

test("zeros and what is below stand apart from the bins", () => {
  const { counts, zeros, below } = histogramOf(Float32Array.of(0, 0, -1, 0.1, 4, 4, 2), 4, 4);
  expect([counts, zeros, below]).toEqual([[1, 0, 1, 2], 2, 1]);
});

test("the peak is the largest value's first place, also where all are below zero", () => {
  expect(peakOf(Float32Array.of(0, 1, 3, 3, 0, 0), 3)).toEqual([0, 2]);
  expect(peakOf(Float32Array.of(-4, -2, -3, -9), 2)).toEqual([0, 1]);
});

test("cells are stepped through up to the edge", () => {
  expect(cellBeside([3, 4], [0, 1], [24, 32])).toEqual([3, 5]);
  expect(cellBeside([3, 4], [-5, 0], [24, 32])).toEqual([0, 4]);
  expect(cellBeside([23, 31], [5, 5], [24, 32])).toEqual([23, 31]);
});

test("axes name the first, the middle and the last cell, each once", () => {
  expect([ticks(28), ticks(2), ticks(1)]).toEqual([[0, 14, 27], [0, 1], [0]]);
});

test("the map takes what the facts leave, within bounds", () => {
  expect([sideIn(0), sideIn(100), sideIn(330), sideIn(800)]).toEqual([148, 140, 198, 220]);
});

test("cells that overflow are counted apart, and an infinite one is the largest", () => {
  const { counts, odd, zeros } = histogramOf(Float32Array.of(NaN, 0, 5, Infinity), Infinity, 4);
  expect([counts, odd, zeros]).toEqual([[1, 0, 0, 1], 1, 1]);
});
