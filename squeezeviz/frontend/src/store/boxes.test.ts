import { expect, test } from "vitest";
import { type Box, covered, pixelAt, within } from "./boxes.ts";

const SIZE = { width: 100, height: 80 };

test("a rectangle is kept on the photo, in whole pixels, and never empty", () => {
  const kept = (...box: Box) => within(box, SIZE);
  expect(kept(10.4, 20.6, 30, 40)).toEqual([10, 21, 30, 40]);
  expect(kept(-5, -5, 20, 20)).toEqual([0, 0, 15, 15]);
  expect(kept(90, 70, 50, 50)).toEqual([90, 70, 10, 10]);
  expect(kept(200, 200, 5, 5)).toEqual([99, 79, 1, 1]);
  expect(kept(50, 50, 0, 0)).toEqual([50, 50, 1, 1]);
});

test("a stroke covers what its brush has reached, and grows", () => {
  const first = covered(null, [50, 40], [50, 40], 10, SIZE);
  expect(first).toEqual([43, 33, 14, 14]);
  expect(covered(first, [50, 40], [60, 40], 10, SIZE)).toEqual([43, 33, 24, 14]);
  expect(covered(first, [50, 40], [98, 40], 10, SIZE)).toEqual([43, 33, 57, 14]);
});

test("beside the photo nothing is covered", () => {
  expect(covered(null, [-50, 40], [-60, 40], 10, SIZE)).toBeNull();
  expect(covered(null, [120, 40], [130, 40], 10, SIZE)).toBeNull();
});

test("the pixel at a place is always one of the photo's", () => {
  expect(pixelAt([3.9, 2.1], SIZE)).toEqual([3, 2]);
  expect(pixelAt([-1, 80], SIZE)).toEqual([0, 79]);
});
