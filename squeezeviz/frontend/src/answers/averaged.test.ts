import { expect, test } from "vitest";
import { sigmoid, softmax } from "../host/decode.ts";
import { averaged } from "./averaged.ts";

const CROPS = [Float32Array.of(-3, 0, 3, 7), Float32Array.of(1, 2, -1, 8)] as const;
const meanOf = (of: (logits: Float32Array) => Float64Array) => {
  const [one, other] = CROPS.map(of) as [Float64Array, Float64Array];
  return one.map((share, at) => (share + (other[at] as number)) / 2);
};

test.each([
  ["a softmax", false, softmax],
  ["sigmoids", true, sigmoid],
] as const)("of %s, probabilities are what is averaged", (_, isSigmoid, of) => {
  const expected = meanOf(of);
  of(averaged(CROPS, isSigmoid)).forEach((share, at) => {
    expect(share).toBeCloseTo(expected[at] as number, 6);
  });
});

test("however sure crops are of a class, its logit is finite", () => {
  const [high, higher, low] = averaged([Float32Array.of(30, 200, -800), Float32Array.of(31, 300, -900)], true);
  expect(high).toBeCloseTo(30 + Math.log(2 / (1 + Math.exp(-1))), 5);
  expect(higher).toBeCloseTo(200 + Math.log(2), 4);
  expect(low).toBeCloseTo(-800 - Math.log(2), 3);
});
