import { expect, test } from "vitest";
import { restore, sorted } from "./blocks.ts";

test("numbers are put together from their bytes' planes", () => {
  const numbers = Float32Array.of(1.5, -2.25, 1e-9);
  const plain = new Uint8Array(numbers.buffer);
  const mixed = Uint8Array.from({ length: 12 }, (_, at) => plain[4 * (at % 3) + Math.floor(at / 3)] ?? 0);
  expect([...sorted(mixed)]).toEqual([...numbers]);
});

test("a picture is put together from what Paeth's predictor is off by", () => {
  // Two rows of two pixels, (10, 20, 30) all of them: differences from green are 246, 20 and 10.
  const pixels = Uint8Array.of(246, 20, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  restore(pixels, 2, 2);
  expect([...pixels]).toEqual([10, 20, 30, 10, 20, 30, 10, 20, 30, 10, 20, 30]);
});
