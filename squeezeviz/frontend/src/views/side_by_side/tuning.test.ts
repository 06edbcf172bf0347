import { expect, test } from "vitest";
import type { How } from "../../store/types.ts";
import {
  layoutCrop,
  meansOf,
  placeOf,
  roomOf,
  scaleOf,
  withChange,
  withCropMoved,
  withMean,
  withScale,
  withSize,
} from "./tuning.ts";

const CAFFE2: How = {
  respect_icc: false,
  resize: "squash",
  resize_px: 256,
  interpolation: "bilinear",
  antialias: false,
  crop: "center",
  crop_px: 227,
  channel_order: "BGR",
  scale: 1,
  mean: [104, 117, 124],
  std: [1, 1, 1],
};
const how = (change: Partial<How> = {}): How => ({ ...CAFFE2, ...change });

test("nothing is resized to less than is cropped", () => {
  expect(withChange(how(), { resize_px: 100 }).resize_px).toBe(227);
  expect(withChange(how(), { resize_px: [100, 300] }).resize_px).toEqual([227, 300]);
  expect(withChange(how({ resize: "none" }), { resize_px: 100 }).resize_px).toBe(100);
});

test("only the bilinear filter may do with or without antialiasing", () => {
  expect(withChange(how({ antialias: true }), { interpolation: "nearest" }).antialias).toBe(false);
  expect(withChange(how(), { interpolation: "lanczos" }).antialias).toBe(true);
  expect(withChange(how(), { antialias: true }).antialias).toBe(true);
});

test("a size keeps its proportions", () => {
  expect(withSize(how({ resize_px: [240, 480], crop_px: 100 }), 320).resize_px).toEqual([160, 320]);
});

test("means are said as pixel values, whatever they are scaled to", () => {
  const scaled = withScale(how(), 1 / 255);
  expect(scaled.mean[0]).toBeCloseTo(104 / 255);
  expect(meansOf(scaled).map(({ name, value }) => [name, Math.round(value)])).toEqual([
    ["mean of blue", 104],
    ["mean of green", 117],
    ["mean of red", 124],
  ]);
  expect(withMean(scaled, 1, 51).mean[1]).toBeCloseTo(0.2);
  expect(meansOf(how({ mean: [9], channel_order: "grey" }))).toEqual([{ name: "mean", value: 9 }]);
  expect([scaleOf(how({ scale: 1 / 255 + 1e-12 })), scaleOf(how({ scale: 3 }))]).toEqual([1 / 255, 3]);
});

test("the crop has room in the photo as it is resized", () => {
  const photo = [400, 200] as const;
  expect(roomOf(how(), photo)).toEqual({ resized: [256, 256], full: [256, 256] });
  expect(roomOf(how({ resize: "none" }), photo).full).toEqual([400, 200]);
  expect(roomOf(how({ resize: "shorter-side" }), photo).full).toEqual([512, 256]);
  expect(roomOf(how({ resize: "longer-side" }), photo)).toEqual({ resized: [256, 128], full: [256, 256] });
  expect(roomOf(how({ resize: "shorter-side", resize_px: 1 }), [3, 2]).resized).toEqual([2, 1]); // halves up
});

test("the crop moves by input pixels, and no further than to the edge", () => {
  const move = (from: How, dx: number, dy: number) => withCropMoved(from, [300, 300], dx, dy).crop;
  expect(move(how(), -2, 10)).toEqual([0.5 - 2 / 29, 0.5 + 10 / 29]);
  expect(move(how({ crop: "bottom-right" }), 5, -100)).toEqual([1, 0]);
  expect(move(how({ resize_px: 227 }), 5, 5)).toEqual([0.5, 0.5]);
  expect(placeOf(how({ crop: "top-right" }))).toEqual([1, 0]);
});

test("what is drawn fits a square", () => {
  const drawn = layoutCrop(how({ resize: "longer-side", crop: "top-left", crop_px: 128 }), [400, 200], 128);
  expect(drawn).toEqual({
    unit: 0.5,
    room: [128, 128],
    photo: { left: 0, top: 32, width: 128, height: 64 },
    crop: { left: 0, top: 0, width: 64, height: 64 },
  });
});
