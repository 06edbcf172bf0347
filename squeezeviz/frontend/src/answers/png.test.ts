import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { pngOf } from "./png.ts";

/** The pixels of a PNG file of rows that are not filtered, by Node's own zlib, which checks their sum. */
function pixelsOf(file: DataView<ArrayBuffer>): { size: number[]; pixels: number[] } {
  const bytes = Buffer.from(file.buffer);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const length = bytes.readUInt32BE(33);
  expect(bytes.toString("latin1", 37, 41)).toBe("IDAT");
  const rows = inflateSync(bytes.subarray(41, 41 + length));
  expect(bytes.toString("latin1", 41 + length + 8, 41 + length + 12)).toBe("IEND");
  const pixels = Array.from({ length: height }, (_, y) => [
    ...rows.subarray(y * (4 * width + 1), (y + 1) * (4 * width + 1)),
  ]);
  for (const row of pixels) expect(row.shift()).toBe(0);
  return { size: [width, height], pixels: pixels.flat() };
}

test.each([
  [1, 1],
  [3, 2],
  [227, 227], // more than one block holds
])("a file of %i × %i pixels has just these", (width, height) => {
  const pixels = Uint8ClampedArray.from({ length: 4 * width * height }, (_, at) => (at * 7919) % 256);
  expect(pixelsOf(pngOf({ pixels, width, height }))).toEqual({ size: [width, height], pixels: [...pixels] });
});

test("its checksums are PNG's", () => {
  const file = Buffer.from(pngOf({ pixels: new Uint8ClampedArray(4), width: 1, height: 1 }).buffer);
  expect(file.toString("hex").endsWith("0000000049454e44ae426082")).toBe(true); // as every PNG file ends
});
