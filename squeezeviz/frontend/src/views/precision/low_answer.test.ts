import { expect, test } from "vitest";
import { lowAnswer } from "./low_answer.ts";

const of = (probabilities: number[], ranking: number[]) => ({
  probabilities: new Float64Array(probabilities),
  logits: new Float32Array(probabilities.length),
  ranking,
});

test("its classes are ordered by their own probabilities, and another first one is another answer", () => {
  const low = lowAnswer(of([0.1, 0.5, 0.4, 0], [1, 2, 0, 3]), new Float32Array([0, -0.25, 0.25, 0]));
  expect(low).toEqual([
    { index: 2, p: 0.65, isChanged: true },
    { index: 1, p: 0.25, isChanged: false },
    { index: 0, p: 0.1, isChanged: false },
  ]);
});

test("equal ones stay in their order, and rounding makes none negative", () => {
  const low = lowAnswer(of([0, 1], [1, 0]), new Float32Array([-1e-9, 0]));
  expect(low.map(({ index, p, isChanged }) => [index, p, isChanged])).toEqual([
    [1, 1, false],
    [0, 0, false],
  ]);
});
