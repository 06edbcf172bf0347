import { expect, test } from "vitest";
import { fullColour } from "./full_colour.ts";

test("full colour is the largest cell, or what one pixel in two hundred exceeds", () => {
  expect(fullColour(Float32Array.of(1, -5, 2), false)).toEqual({ most: 5, isBeyond: false });
  const many = Float32Array.from({ length: 401 }, (_, at) => at);
  expect(fullColour(many, true)).toEqual({ most: 398, isBeyond: true });
  expect(fullColour(new Float32Array(9), true)).toEqual({ most: 0, isBeyond: false });
  expect(fullColour(Float32Array.of(0, 0, 0, 7), true).most).toBeCloseTo(6.895, 3);
});
