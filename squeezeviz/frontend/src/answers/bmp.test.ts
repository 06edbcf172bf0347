import { expect, test } from "vitest";
import { bmpOf } from "./bmp.ts";

/** The pixels of a BMP file of 24 bits, the lowest row first: red, green, blue. */
function pixelsOf(file: DataView<ArrayBuffer>): { size: number[]; pixels: number[] } {
  const bytes = Buffer.from(file.buffer);
  expect(bytes.toString("latin1", 0, 2)).toBe("BM");
  expect(bytes.readUInt32LE(2)).toBe(bytes.length);
  expect([bytes.readUInt16LE(26), bytes.readUInt16LE(28), bytes.readUInt32LE(30)]).toEqual([1, 24, 0]);
  const [start, width, height] = [bytes.readUInt32LE(10), bytes.readInt32LE(18), bytes.readInt32LE(22)];
  const row = (bytes.length - start) / height;
  expect(row % 4).toBe(0);
  const pixels = [];
  for (let y = height - 1; y >= 0; y -= 1)
    for (let x = 0; x < width; x += 1)
      pixels.push(...[...bytes.subarray(start + y * row + 3 * x).subarray(0, 3)].reverse());
  return { size: [width, height], pixels };
}

test.each([
  [1, 1],
  [3, 2],
  [227, 227], // rows are filled up to whole words
])("a file of %i × %i pixels has just these", (width, height) => {
  const pixels = Uint8ClampedArray.from({ length: 4 * width * height }, (_, at) => (at * 7919) % 256);
  const colours = [...pixels].filter((_, at) => at % 4 < 3);
  expect(pixelsOf(bmpOf({ pixels, width, height }))).toEqual({ size: [width, height], pixels: colours });
});
