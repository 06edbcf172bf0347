/** Small pictures by hand; that all are Python's to the last bit shows ../../../../tests/unit/test_page_preprocessing.py. */
import { expect, test } from "vitest";
import { cropped } from "./crop.ts";
import type { Described } from "./description.ts";
import { geometryOf } from "./geometry.ts";
import { inGrey, photoOf } from "./photo.ts";
import { tensorOf } from "./tensor.ts";
import { asStored, type Orientation, upright } from "./upright.ts";

const HOW: Described = {
  name: "by hand",
  origin: "",
  respect_exif: true,
  respect_icc: false,
  resize: "squash",
  resize_px: 2,
  padding: [1, 2, 3],
  interpolation: "bilinear",
  antialias: false,
  crop: "centre",
  crop_px: 2,
  channel_order: "BGR",
  scale: 1,
  mean: [103.96, 116.78, 123.68],
  std: [1, 1, 1],
};

/** Each pixel's three channels alike. */
function grey(width: number, ...levels: number[]) {
  return {
    width,
    height: levels.length / width,
    pixels: Uint8Array.from(levels.flatMap((level) => [level, level, level])),
  };
}
const levelsOf = ({ pixels }: { pixels: Uint8Array }) => [...pixels].filter((_, at) => at % 3 === 0);

test("between pixels the four nearest are blended, halves up", () => {
  const photo = grey(4, 0, 1, 10, 20, 0, 1, 10, 20);
  expect(levelsOf(cropped(photo, { ...HOW, crop_px: [2, 2] }))).toEqual([1, 15, 1, 15]);
});

test("antialiased, a pixel averages all that it covers", () => {
  const how: Described = { ...HOW, interpolation: "box", antialias: true, resize_px: 1, crop_px: 1 };
  expect(levelsOf(cropped(grey(4, 0, 0, 255, 255), how))).toEqual([128]);
});

test("the photo stands in the middle of its padding", () => {
  const how: Described = { ...HOW, resize: "longer-side", resize_px: 4, crop_px: 4, interpolation: "nearest" };
  const { pixels } = cropped(grey(2, 9, 9), how);
  expect([...pixels.subarray(0, 3)]).toEqual([1, 2, 3]);
  expect(levelsOf({ pixels })).toEqual([1, 1, 1, 1, 9, 9, 9, 9, 9, 9, 9, 9, 1, 1, 1, 1]);
});

test("of ten crops the last five are mirror images", () => {
  const how: Described = { ...HOW, resize: "none", crop: "ten", crop_px: [1, 2] };
  const photo = grey(3, 1, 2, 3);
  expect([1, 2, 6].map((window) => levelsOf(cropped(photo, how, window)))).toEqual([
    [1, 2],
    [2, 3],
    [2, 1],
  ]);
});

test("what does not fit is said as Python says it", () => {
  expect(() => geometryOf({ ...HOW, resize: "none", crop_px: [2, 3] }, 2, 4)).toThrow(
    "preprocessing 'by hand': crops 3 × 2 px out of a photo of 2 × 4 px; the crop must fit: " +
      "resize it first (resize='shorter-side'), or take a larger photo",
  );
});

test("the tensor is ordered, scaled and less the mean, in single precision", () => {
  const picture = { width: 1, height: 1, pixels: Uint8Array.of(10, 20, 30) };
  const { shape, values } = tensorOf(picture, { ...HOW, scale: 1 / 255, std: [0.5, 1, 1] });
  expect(shape).toEqual([3, 1, 1]);
  const blue = Math.fround(Math.fround(30 * Math.fround(1 / 255 / 0.5)) + Math.fround(-103.96 / 0.5));
  expect([...values][0]).toBe(blue);
});

test("every orientation is undone by what it was made with", () => {
  const photo = grey(3, 1, 2, 3, 4, 5, 6);
  const said: Record<number, number[]> = { 3: [6, 5, 4, 3, 2, 1], 6: [4, 1, 5, 2, 6, 3], 8: [3, 6, 2, 5, 1, 4] };
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as Orientation[]) {
    const turned = upright(photo, orientation);
    if (said[orientation]) expect(levelsOf(turned)).toEqual(said[orientation]);
    expect(asStored(turned, orientation)).toEqual(photo);
  }
});

test("grey is a photo's luma, and colours are not converted", () => {
  const picture = { width: 1, height: 1, pixels: Uint8Array.of(255, 0, 0) };
  expect([...inGrey(picture).pixels]).toEqual([76, 76, 76]);
  const how = { ...HOW, respect_icc: true };
  expect(photoOf({ picture, orientation: 1, profile: null }, how)).toBe(picture);
  expect(() => photoOf({ picture, orientation: 1, profile: "Adobe RGB" }, how)).toThrow(
    "the photo's profile is Adobe RGB",
  );
});
