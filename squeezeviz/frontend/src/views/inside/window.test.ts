import { expect, test } from "vitest";
import type { Calculation, Layer, Network, Tensor, Weights } from "../../store/types.ts";
import { cellOf, entriesOf, placeOf, type Swept, saidOf, stepCount, stepOf, sweptOf, sweptTo } from "./window.ts";

const WINDOW = { kernel: [3, 3], strides: [2, 2], dilations: [1, 1], pads: [1, 1, 1, 1] };
const layers = [
  { name: "conv1", kind: "convolution", shape: [2, 4, 4], inputs: [], window: WINDOW },
  { name: "conv2", kind: "convolution", shape: [4, 2, 2], inputs: ["conv1"], window: WINDOW },
  { name: "join", kind: "concatenation", shape: [6, 2, 2], inputs: ["conv2", "conv3"], window: null },
  { name: "conv3", kind: "convolution", shape: [2, 2, 2], inputs: ["conv1"], window: WINDOW },
] as unknown as Layer[];
const network = { input: [3, 9, 9], layers } as unknown as Network;
const made = (layer: string, change: object = {}) =>
  ({ layer, channel: 1, cell: [0, 1], kind: "sum", terms: [], has_relu: true, ...change }) as unknown as Calculation;
const swept = sweptOf(network, made("conv2")) as Swept;

const values = { shape: [2, 4, 4], values: Float32Array.from({ length: 32 }, (_, at) => at) } as unknown as Tensor;
const weights = (shape: number[]) =>
  ({
    shape,
    kernels: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => at),
  }) as unknown as Weights;

test("a window is followed where there is one, over its layer's input or the network's", () => {
  expect([swept.before?.name, swept.input, swept.output]).toEqual(["conv1", [2, 4, 4], [2, 2]]);
  expect(sweptOf(network, made("conv1"))).toMatchObject({ before: null, input: [3, 9, 9] });
  expect([sweptOf(network, made("join")), sweptOf(network, made("data"))]).toEqual([null, null]);
  expect(sweptOf(network, made("conv2", { kind: "mean" }))).toBeNull();
});

test("steps go row by row, and a sweep ends with the last", () => {
  expect([cellOf(swept, 3), stepOf(swept, [1, 1]), stepCount(swept)]).toEqual([[1, 1], 3, 4]);
  expect([sweptTo(0, 0, 140), sweptTo(10, 1000, 140), sweptTo(10, 60_000, 140)]).toEqual([0, 20, 139]);
});

test("the window reaches beyond the edge where there is padding, and is as wide as it is dilated", () => {
  expect([placeOf(swept, 0), placeOf(swept, 3)]).toEqual([
    { top: -1, left: -1, height: 3, width: 3 },
    { top: 1, left: 1, height: 3, width: 3 },
  ]);
  const dilated = { ...swept, window: { ...swept.window, dilations: [2, 2] as [number, number] } };
  expect(placeOf(dilated, 0)).toMatchObject({ height: 5, width: 5 });
  const entries = entriesOf(dilated, 0, { values, weights: null, source: 0, channel: 0 });
  expect(entries.map(({ value }) => value)).toEqual([null, null, null, null, 5, 7, null, 13, 15]);
});

test("values beyond the edge are none, and weights are those of the two channels", () => {
  const entries = entriesOf(swept, 1, { values, weights: weights([4, 2, 3, 3]), source: 1, channel: 3 });
  expect(entries.map(({ value }) => value)).toEqual([null, null, null, 17, 18, 19, 21, 22, 23]);
  expect(entries[0]?.weight).toBe((3 * 2 + 1) * 9);
});

test("in groups, an output channel has weights for its own inputs only", () => {
  const at = (source: number, channel: number) =>
    entriesOf(swept, 0, { values, weights: weights([4, 1, 3, 3]), source, channel })[0]?.weight;
  expect([at(0, 1), at(1, 1), at(1, 2)]).toEqual([9, null, 18]);
});

test("what comes of it, in words", () => {
  const entries = [
    { value: 2, weight: 3 },
    { value: null, weight: 1 },
  ];
  expect(saidOf(made("conv2"), entries, 7, 2, [0, 1])).toBe(
    "cell 0, 1: this channel adds 6.0000; all 2 channels, bias and ReLU make 7.00",
  );
  expect(saidOf(made("conv2", { has_relu: false }), entries, 7, 1, [0, 1])).toContain("it and bias make 7.00");
  const most = [{ value: 2, weight: null }];
  expect(saidOf(made("pool", { kind: "max" }), most, 2, 0, [0, 1])).toBe("cell 0, 1: the largest of 1 values is 2.00");
  expect(saidOf(made("conv2"), most, 2, 2, [0, 1])).toBe("cell 0, 1: 2.00");
});
