import { expect, test } from "vitest";
import { bmpOf } from "./bmp.ts";

/** The pixels of a BMP file of 24 bits, the lowest row first: red, green, blue. */
function pixelsOf(file: DataView<ArrayBuffer>): { size: number[]; pixels: string } {
  const bytes = Buffer.from(file.buffer);
  expect(bytes.toString("latin1", 0, 2)).toBe("BM");
  expect(bytes.readUInt32LE(2)).toBe(bytes.length);
  expect([bytes.readUInt16LE(26), bytes.readUInt16LE(28), bytes.readUInt32LE(30)]).toEqual([1, 24, 0]);
  const [start, width, height] = [bytes.readUInt32LE(10), bytes.readInt32LE(18), bytes.readInt32LE(22)];
  const row = (bytes.length - start) / height;
  expect(row % 4).toBe(0);
  const pixels = Buffer.alloc(3 * width * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let colour = 0; colour < 3; colour += 1)
        pixels[3 * (y * width + x) + colour] = bytes.readUInt8(start + (height - 1 - y) * row + 3 * x + 2 - colour);
  return { size: [width, height], pixels: pixels.toString("hex") };
}

test.each([
  [1, 1],
  [3, 2],
  [227, 227], // rows are filled up to whole words
])("a file of %i × %i pixels has just these", (width, height) => {
  const pixels = Uint8ClampedArray.from({ length: 4 * width * height }, (_, at) => (at * 7919) % 256);
  const colours = Buffer.from(pixels.filter((_, at) => at % 4 < 3)).toString("hex");
  expect(pixelsOf(bmpOf({ pixels, width, height }))).toEqual({ size: [width, height], pixels: colours });
});
