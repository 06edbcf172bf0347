import { expect, test } from "vitest";
import type { Logits } from "../../store/types.ts";
import { ranksOf } from "./ranks.ts";

function answer(ranking: number[]): Logits {
  return { ranking, logits: new Float32Array(8), probabilities: Float64Array.from({ length: 8 }, (_, at) => at / 10) };
}

test("each of the five best says how far it has moved", () => {
  const ranks = ranksOf(answer([3, 1, 2, 0, 7, 4]), answer([1, 2, 3, 0, 4, 5, 6, 7]));
  expect(ranks.map(({ index, step, before }) => [index, step, before])).toEqual([
    [3, 2, 3],
    [1, -1, 1],
    [2, -1, 2],
    [0, 0, 4],
    [7, 3, 8],
  ]);
  expect(ranks.map(({ isNewAnswer }) => isNewAnswer)).toEqual([true, false, false, false, false]);
  expect(ranks[0]?.probability).toBe(0.3);
});

test("the same answer has not moved", () => {
  const same = answer([2, 1, 0]);
  expect(ranksOf(same, same).every(({ step, isNewAnswer }) => step === 0 && !isNewAnswer)).toBe(true);
});
