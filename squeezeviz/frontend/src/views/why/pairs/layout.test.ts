import { expect, test } from "vitest";
import { apart, finding, largest, runOf, sideOf, strongest, together } from "./layout.ts";

// Three channels alone, then 0 and 1, 0 and 2, 1 and 2.
const made = { count: 3, logit: 10, logits: Float32Array.of(9, 8, 11, 4, NaN, 9) };

test("pairs stand among the runs in the order in which they were asked for", () => {
  const runs = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].filter((b) => b > a).map((b) => runOf(4, a, b)));
  expect(runs).toEqual([4, 5, 6, 7, 8, 9]);
  expect([runOf(4, 2, 2), runOf(4, 3, 1)]).toEqual([2, runOf(4, 1, 3)]);
});

test("what two are worth together, and beyond the sum of the two", () => {
  expect([together(made, 1, 0), together(made, 2, 2)]).toEqual([6, -1]);
  expect([apart(made, 0, 1), apart(made, 1, 1), apart(made, 0, 2)]).toEqual([3, 0, NaN]);
  expect(strongest(made, 5)).toEqual([
    { a: 0, b: 1, more: 3 },
    { a: 1, b: 2, more: 0 },
  ]);
  expect([largest(made, "apart"), largest(made, "together")]).toEqual([3, 6]);
});

test("a finding is said only where both speak for the class", () => {
  expect(finding(made, 0, 1, 3)).toBe("One stands in for the other.");
  expect(finding(made, 1, 2, 3)).toBe("They work apart.");
  expect(finding({ ...made, logits: Float32Array.of(9, 8, 11, 4, 8, 7) }, 1, 2, 3)).toBe("");
  expect(finding({ ...made, logits: Float32Array.of(7, 7, 11, 6, 8, 7) }, 0, 1, 3)).toBe(
    "Each is of use through the other.",
  );
});

test("each channel has as many whole pixels as there can be", () => {
  expect([sideOf(264, 16), sideOf(250, 48), sideOf(250, 64), sideOf(100, 200)]).toEqual([256, 240, 192, 92]);
});
