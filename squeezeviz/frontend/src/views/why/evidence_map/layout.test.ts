import { expect, test } from "vitest";
import type { Layer } from "../../../store/types.ts";
import { cellAt, firstTile, leaders, sideOf, strongest, tileOf } from "./layout.ts";

const layer = { stride: [16, 16], offset: [7.5, 15.5] } as unknown as Layer;

test("a cell's tile lies round its centre, a stride wide", () => {
  const first = firstTile(layer, [14, 14], [224, 224], 448);
  expect(first).toEqual([16, 0, 32, 32]);
  expect(tileOf(first, [2, 1])).toEqual([48, 64, 32, 32]);
});

test("where cells lie is not known: they fill the map", () => {
  expect(firstTile(null, [4, 2], [224, 224], 200)).toEqual([0, 0, 100, 50]);
});

test("the cell under a place; beyond the edge, the nearest", () => {
  const first = firstTile(layer, [14, 14], [224, 224], 448);
  expect(cellAt(first, [14, 14], 49, 65)).toEqual([2, 1]);
  expect(cellAt(first, [14, 14], 0, 1000)).toEqual([13, 0]);
});

test("the strongest cell may speak against", () => {
  expect(strongest(Float32Array.of(1, -3, 2, 0), [2, 2])).toEqual([0, 1]);
});

test("the class that leads the most cells comes first, and of equals the lower index", () => {
  expect(leaders(Uint16Array.of(9, 4, 9, 2))).toEqual([
    { label: 9, count: 2 },
    { label: 2, count: 1 },
    { label: 4, count: 1 },
  ]);
});

test("a map leaves room for its words", () => {
  expect([sideOf(0), sideOf(400), sideOf(320), sideOf(900)]).toEqual([160, 250, 170, 260]);
});
