import { expect, test } from "vitest";
import { inputOf, seenIn, seenOf } from "./input.ts";
import { beside, blend, type Prepared, scaling } from "./pixels.ts";
import type { PhotoGeometry } from "./types.ts";

const affine = { slope: [1, 1, 1], offset: [-104, -117, -124], rgb: [2, 1, 0] };
const cropped = { height: 1, width: 2, pixels: Uint8Array.of(10, 20, 30, 40, 50, 60) };

test("the input is what pixel values are scaled to, and is seen as them again", () => {
  const input = inputOf(cropped, affine);
  expect(input).toEqual({ shape: [3, 1, 2], values: Float32Array.of(-74, -44, -97, -67, -114, -84) });
  expect([...seenOf(input, affine).pixels]).toEqual([10, 20, 30, 255, 40, 50, 60, 255]);
});

test("what is seen of pixels is what is seen of the input that they make, however each is scaled", () => {
  const scaled = { slope: [0.0171, 0.0175, 0.0174], offset: [-2.1179, -2.0357, -1.8044], rgb: [0, 1, 2] };
  const grey = { slope: [1 / 255], offset: [-0.5], rgb: [0] };
  const many = { height: 8, width: 32, pixels: Uint8Array.from({ length: 768 }, (_, at) => (at * 37) % 256) };
  for (const [made, own] of [
    [affine, affine],
    [scaled, affine],
    [affine, scaled],
    [grey, grey],
  ] as const) {
    const opaque = [...seenOf(inputOf(many, made), own).pixels];
    expect([...seenIn(many, made, own)]).toEqual(opaque.filter((_, at) => at % 4 !== 3));
  }
});

test("a channel of the input is one colour, scaled", () => {
  const opened = scaling({ affine, cropped } as Prepared, 0, [0, 1]);
  expect(opened).toMatchObject({ bias: -104, terms: [{ layer: "resized", channel: 2, weight: 1, value: 60 }] });
});

test("between two pixels both count, and at the edge there is one", () => {
  expect(beside(2, 9)).toEqual([
    [1, 0.5],
    [2, 0.5],
  ]);
  expect(beside(0.25, 9)).toEqual([[0, 1]]);
});

const geometry: PhotoGeometry = {
  original: [4, 2],
  resized: [2, 1],
  crop: [0, 0, 2, 1],
  filled: [0, 0, 2, 1],
  is_flipped: false,
  rows: [0, 1],
  columns: [0, 1, 2, 3],
};
const pixels = { height: 2, width: 4, pixels: Uint8Array.from({ length: 24 }, (_, at) => at) };
const prepared: Prepared = { preset: "caffe2", affine, cropped, geometry, pixels };

test("a pixel value is a blend of the photo's own", () => {
  const { terms } = blend(prepared, 1, [0, 1]);
  expect(terms.map(({ cell, weight, value }) => [...cell, weight, value])).toEqual([
    [0, 2, 0.25, 7],
    [0, 3, 0.25, 10],
    [1, 2, 0.25, 19],
    [1, 3, 0.25, 22],
  ]);
  const flipped = blend({ ...prepared, geometry: { ...geometry, is_flipped: true } }, 1, [0, 1]);
  expect(flipped.terms[0]?.cell).toEqual([0, 0]);
  const whole = blend({ ...prepared, geometry: { ...geometry, is_whole: true } }, 0, [0, 1]);
  expect(whole.terms).toEqual([{ layer: "photo", channel: 0, cell: [1, 3], weight: 1, value: 21 }]);
});

test("padding is of no pixel, and what is not in the file is said", () => {
  expect(blend({ ...prepared, geometry: { ...geometry, filled: [0, 0, 1, 1] } }, 1, [0, 1])).toMatchObject({
    bias: 50,
    terms: [],
  });
  expect(() => blend({ ...prepared, geometry: { ...geometry, problem: "bicubic" } }, 0, [0, 0])).toThrow("bicubic");
  expect(() => blend({ ...prepared, pixels: null }, 0, [0, 0])).toThrow("not those of 'caffe2'");
});
