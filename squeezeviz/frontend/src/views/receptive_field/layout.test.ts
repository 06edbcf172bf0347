import { expect, test } from "vitest";
import type { Layer, Network } from "../../store/types.ts";
import { fieldOf } from "./layout.ts";

const layerOf = (over: Partial<Layer>) =>
  ({
    name: "conv",
    kind: "convolution",
    shape: [2, 10, 10],
    inputs: [],
    receptive_fields: [[3, 3]],
    stride: [2, 2],
    offset: [1, 1],
    ...over,
  }) as unknown as Layer;
const saidOf = (over: Partial<Layer>, cell: [number, number] = [0, 0]) => {
  const layer = layerOf(over);
  return fieldOf({ input: [3, 20, 30], layers: [layer] } as unknown as Network, layer, { channel: 0, cell });
};

test("one path has one size; its cells lie a stride apart, cut off at the edge", () => {
  expect(saidOf({}, [4, 1])).toMatchObject({
    words: "one size, 3 px",
    rows: "rows 8–10",
    columns: "columns 2–4",
    stride: "stride 2",
    limit: 30,
  });
  expect(saidOf({ offset: [0, 0] }).rows).toBe("rows 0–1");
});

test("several paths are counted, from the smallest to the largest", () => {
  const said = saidOf({ receptive_fields: [[3, 3], [5, 5], [9, 11]] }); // biome-ignore format: one line
  expect(said).toMatchObject({ words: "3 sizes, 3 to 9 × 11 px", sizes: [3, 5, 11], least: 3, most: 11 });
});

test("where it is not known, that is said", () => {
  const said = saidOf({ receptive_fields: [], stride: null, offset: null });
  expect(said).toMatchObject({ words: "not known", sizes: [], stride: "" });
});
