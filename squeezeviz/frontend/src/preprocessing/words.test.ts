import { expect, test } from "vitest";
import type { Described } from "./description.ts";
import { wordsOf } from "./words.ts";

const CAFFE2: Described = {
  name: "yours",
  origin: "",
  respect_exif: true,
  respect_icc: false,
  resize: "squash",
  resize_px: 256,
  padding: [124, 117, 104],
  interpolation: "bilinear",
  antialias: false,
  crop: "centre",
  crop_px: 227,
  channel_order: "BGR",
  scale: 1,
  mean: [103.96, 116.78, 123.68],
  std: [1, 1, 1],
};
const said = (change: Partial<Described>) => wordsOf({ ...CAFFE2, ...change });

test("steps are said as Python says them", () => {
  expect(said({})).toBe("squash to 256 × 256 → centre crop 227 × 227 → BGR → minus the means 103.96, 116.78, 123.68");
  expect(said({ resize: "longer-side", resize_px: 227, crop: [0.25, 1], mean: [0, 0, 0], scale: 1 / 255 })).toBe(
    "longer side to 227, padded to a square → BGR → values × 0.00392157",
  );
  expect(
    said({ resize: "shorter-side", antialias: true, crop: [0.125, 0.5], channel_order: "RGB", std: [0.5, 1e-5, 2e7] }),
  ).toBe(
    "shorter side to 256 → crop at 12%, 50% 227 × 227 → bilinear, antialiased → RGB → " +
      "minus the means 103.96, 116.78, 123.68 → divided by 0.5, 1e-05, 2e+07",
  );
  const grey: Partial<Described> = { channel_order: "grey", mean: [3], std: [1], respect_exif: false };
  expect(said({ ...grey, resize: "none", crop: "ten" })).toBe(
    "EXIF ignored → ten crops 227 × 227 → grey (ITU-R 601 luma) → minus the mean 3",
  );
});
