import { expect, test } from "vitest";
import type { Layer } from "../../store/types.ts";
import { between, boxesOf, mapPlace, mappingOf, type Rect, tagPlace, zoomedIn } from "./layout.ts";

const PHOTO = { size: [400, 200] as [number, number], visible: [0.25, 0, 0.75, 1] as [number, number, number, number] };
const layer = {
  shape: [8, 10, 10],
  receptive_fields: [
    [10, 10],
    [30, 30],
  ],
  stride: [10, 10],
  offset: [4.5, 4.5],
} as unknown as Layer;

test("a photo stands in the middle of the square, and the network's input where it was cut from it", () => {
  const map = mappingOf(PHOTO, 200, [100, 100], false);
  expect(map.picture).toEqual([0, 50, 200, 100]);
  expect(map.input).toEqual([50, 50, 100, 100]);
  expect([map.x(50), map.y(50)]).toEqual([100, 100]);
});

test("the input itself fills the square", () => {
  const map = mappingOf(PHOTO, 200, [50, 100], true);
  expect(map.picture).toEqual([0, 50, 200, 100]);
  expect(map.input).toEqual(map.picture);
});

test("a cell's boxes are cut off at the input's edge; where cells lie nowhere there are none", () => {
  const map = mappingOf(PHOTO, 200, [100, 100], false);
  const [narrow, wide] = boxesOf(map, layer, [0, 5]).map((box) => box.map(Math.round));
  expect(narrow).toEqual([100, 50, 10, 10]);
  expect(wide).toEqual([90, 50, 30, 20]);
  expect(boxesOf(map, { ...layer, stride: null }, [0, 5])).toEqual([]);
});

test("maps lie over the input, a stride a cell", () => {
  const map = mappingOf(PHOTO, 200, [100, 100], false);
  expect(mapPlace(map, layer)).toEqual(map.input);
  expect(mapPlace(map, { ...layer, offset: null })).toBeNull();
});

test("looked at closer, everything lies where the same point of the photo is seen", () => {
  const map = mappingOf(PHOTO, 200, [100, 100], false);
  const zoom = { scale: 4, x: -1, y: -0.5 };
  const close = zoomedIn(map, zoom, 200);
  const moved = ([left, top, width, height]: Rect): number[] => [4 * left - 200, 4 * top - 100, 4 * width, 4 * height];
  expect([close.picture, close.input]).toEqual([moved(map.picture), moved(map.input)]);
  expect(boxesOf(close, layer, [2, 5])).toEqual(boxesOf(map, layer, [2, 5]).map(moved));
  expect(mapPlace(close, layer)).toEqual(close.input);
  expect(zoomedIn(map, { scale: 1, x: 0, y: 0 }, 200).picture).toEqual(map.picture);
});

test("words stand over a box, or under it, and on the stage", () => {
  const place = (...box: Rect) => tagPlace(box, 40, 200).slice(0, 2);
  expect(place(50, 50, 60, 60)).toEqual([71, 35]);
  expect(place(50, 5, 60, 60)).toEqual([71, 66]);
  expect(place(0, 0, 200, 200)).toEqual([160, 186]);
  expect(place(-30, 50, 10, 10)).toEqual([0, 35]);
});

test("of many boxes a few are drawn between the two at the ends", () => {
  expect(between([1])).toEqual([]);
  expect(between([1, 2, 3])).toEqual([2]);
  expect(between(Array.from({ length: 22 }, (_, index) => index))).toEqual([1, 5, 9, 13, 17]);
});
