import { expect, test } from "vitest";
import { largestAt } from "./largest.ts";

test("the first of the largest numbers, whatever is no number", () => {
  expect([[3, 5, 5], [NaN, -2, NaN, -1], [NaN, NaN], [], [-Infinity, NaN], [1, Infinity]].map(largestAt)).toEqual([
    1, 3, 0, 0, 0, 1,
  ]);
});
