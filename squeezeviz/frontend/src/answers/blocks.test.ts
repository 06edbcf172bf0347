import { expect, test } from "vitest";
import { Blocks, restore, sorted, widened } from "./blocks.ts";

test("numbers are put together from their bytes' planes", () => {
  const numbers = Float32Array.of(1.5, -2.25, 1e-9);
  const plain = new Uint8Array(numbers.buffer);
  const mixed = Uint8Array.from({ length: 12 }, (_, at) => plain[4 * (at % 3) + Math.floor(at / 3)] ?? 0);
  expect([...sorted(mixed)]).toEqual([...numbers]);
});

test("those in half precision become the same numbers, and the others follow", () => {
  // 1.5 is 0x3e00, -2 is 0xc000; the smallest above 0 is 1; then 1e-9 in single precision.
  const rest = new Uint8Array(Float32Array.of(1e-9).buffer);
  const mixed = Uint8Array.of(0x00, 0x00, 0x01, 0x3e, 0xc0, 0x00, ...rest);
  expect([...widened(mixed, 3)]).toEqual([1.5, -2, 2 ** -24, Math.fround(1e-9)]);
});

test("a block that came by itself is as good as text, and its owner keeps it", async () => {
  const came = Uint8Array.of(1, 2, 255);
  const blocks = new Blocks();
  blocks.put(0, btoa("\x01\x02\xff"));
  blocks.put(1, came);
  expect(await blocks.bytes(0)).toEqual(came);
  const handed = await blocks.bytes(1);
  expect(handed).toEqual(came);
  handed[0] = 9;
  expect(await blocks.bytes(1)).toEqual(came);
});

test("whoever asks for a block that is still on its way gets it once it has come", async () => {
  const blocks = new Blocks();
  const [first, second] = [blocks.bytes(0), blocks.bytes(1)];
  blocks.put(1, Uint8Array.of(1));
  expect(await second).toEqual(Uint8Array.of(1));
  blocks.put(0, Uint8Array.of(0));
  expect(await first).toEqual(Uint8Array.of(0));
});

test("one that never comes is missed once all are there", async () => {
  const blocks = new Blocks();
  const missing = blocks.bytes(7);
  blocks.end();
  await expect(missing).rejects.toThrow("its block 7 is missing");
  await expect(blocks.bytes(8)).rejects.toThrow("its block 8 is missing");
});

test("a picture is put together from what Paeth's predictor is off by", () => {
  // Two rows of two pixels, (10, 20, 30) all of them: differences from green are 246, 20 and 10.
  const pixels = Uint8Array.of(246, 20, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  restore(pixels, 2, 2);
  expect([...pixels]).toEqual([10, 20, 30, 10, 20, 30, 10, 20, 30, 10, 20, 30]);
});
