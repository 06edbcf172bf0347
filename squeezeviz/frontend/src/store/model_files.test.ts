import { expect, test } from "vitest";
import { beginsAsModel, sorted } from "./model_files.ts";

const file = (name: string, bytes: number[] | string = "x", type = "") =>
  new File([typeof bytes === "string" ? bytes : Uint8Array.from(bytes)], name, { type });

const names = async (...files: File[]) => {
  const { photos, model } = await sorted(files);
  return [photos, model].map((each) => each.map(({ name }) => name));
};

test("photos are photos, a model is a model, and what lies beside it belongs to it", async () => {
  expect(await names(file("a.jpg"), file("b", "x", "image/png"))).toEqual([["a.jpg", "b"], []]);
  expect(await names(file("net.onnx"))).toEqual([[], ["net.onnx"]]);
  expect(await names(file("conv1.weight"), file("a.png"), file("net.ONNX"))).toEqual([
    ["a.png"],
    ["net.ONNX", "conv1.weight"],
  ]);
  expect(await names(file("init_net.pb"), file("predict_net.pb"))).toEqual([[], ["init_net.pb", "predict_net.pb"]]);
  expect(await names(file("letter.txt"))).toEqual([["letter.txt"], []]);
  expect(await names(file("net.pt"), file("net.h5"))).toEqual([[], ["net.pt", "net.h5"]]);
});

test("a file without an ending is known by what it begins with", async () => {
  expect(await names(file("network", [8, 8, 0x12, 7]))).toEqual([[], ["network"]]);
  expect(await names(file("weights", [0x80, 4, 0x95]))).toEqual([[], ["weights"]]);
  expect(beginsAsModel(Uint8Array.from([0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10]))).toBe(true);
  expect(beginsAsModel(new TextEncoder().encode("\x1c\0\0\0TFL3"))).toBe(true);
  expect(beginsAsModel(Uint8Array.from([9, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22]))).toBe(true);
  for (const picture of [[0x89, 0x50, 0x4e, 0x47], [0xff, 0xd8, 0xff], [8, 8, 8], []]) {
    expect(beginsAsModel(Uint8Array.from(picture))).toBe(false);
  }
});
