import { expect, test } from "vitest";
import type { Layer } from "../protocol.ts";
import { plain } from "./kernels/plain.ts";
import { Network } from "./network.ts";
import { open, type Source } from "./open.ts";
import { functions } from "./ops/functions.ts";
import { OPS } from "./ops/table.ts";
import type { Cell, Maps, Shape, Step, Weights } from "./types.ts";

const random = (seed: number) => () => {
  seed = (seed * 1103515245 + 12345) % 2 ** 31;
  return seed / 2 ** 30 - 1;
};

function filled(shape: Shape, seed: number): Maps {
  const next = random(seed);
  return { shape, values: Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, next) };
}

const STEP: Step = { op: "", relu: false, kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };
const layer = (name: string, inputs: string[], shape: number[]) =>
  ({ name, inputs, shape, kind: name, pre_relu: null }) as unknown as Layer;

function weightsOf(shape: Weights["shape"]): Weights {
  const next = random(5);
  const kernels = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next);
  return { shape, kernels, bias: Float32Array.from({ length: shape[0] }, next) };
}

/** One layer on an input, computed; and what can be opened of it. */
async function network(op: string, shape: number[], { weights, ...more }: Partial<Step> & { weights?: Weights } = {}) {
  const layers = [layer("first", ["data"], [4, 7, 6]), layer("last", ["first", "data"], shape)];
  const graphSpec = { first: { ...STEP, op: "Abs" }, last: { ...STEP, op, ...more } };
  const given = weights ?? weightsOf([1, 1, 1, 1]);
  const described = { input: "data", layers, graphSpec, logits: "last", weights: () => given };
  const run = (await Network.open(described, plain)).run(filled([4, 7, 6], 1));
  const source = { ...described, maps: (name: string) => run.layer(name) };
  return { made: run.layer("last"), source: source as unknown as Source };
}

const MAP = [1, 4, 7, 6];
const BOTH = { shapes: [MAP, MAP], shape: MAP, moving: [0, 1] };
const CELLS = [0, 1, 2, 3, 4, 5, 6].map((cell) => [[cell, 1]]);

const CASES = {
  Conv: [
    [6, 4, 2],
    {
      kernel: [3, 2],
      strides: [2, 3],
      dilations: [1, 2],
      pads: [1, 0, 1, 1],
      group: 2,
      weights: weightsOf([6, 2, 3, 2]),
    },
  ],
  MaxPool: [[4, 4, 3], { kernel: [3, 3], strides: [2, 2], pads: [1, 0, 1, 1] }],
  AveragePool: [[4, 4, 3], { kernel: [3, 3], strides: [2, 2], pads: [1, 0, 1, 1] }],
  GlobalAveragePool: [[4], {}],
  GlobalMaxPool: [[4], {}],
  GlobalLpPool: [[4], { p: 3 }],
  LpPool: [[4, 4, 3], { kernel: [3, 3], strides: [2, 2], pads: [1, 0, 1, 1], p: 3 }],
  Concat: [[8, 7, 6], { axis: 1, shapes: [MAP, MAP], shape: [1, 8, 7, 6], moving: [0, 1] }],
  Sum: [[4, 7, 6], { ...BOTH, signs: [1, -1] }],
  Mul: [[4, 7, 6], BOTH],
  Div: [[4, 7, 6], BOTH],
  PRelu: [[4, 7, 6], { shapes: [MAP, [4, 1, 1]], shape: MAP, moving: [0], weights: weightsOf([4, 1, 1, 1]) }],
  BatchNormalization: [[4, 7, 6], { weights: weightsOf([4, 1, 1, 1]) }],
  LRN: [[4, 7, 6], { size: 3, alpha: 0.3, beta: 0.6, bias: 1.5 }],
  LayerNormalization: [[4, 7, 6], { shape: MAP, axes: [3], weights: weightsOf([6, 1, 1, 1]) }],
  Gemm: [[5], { weights: weightsOf([5, 168, 1, 1]) }],
  MatMul: [[4, 7, 3], { shapes: [MAP, [6, 3]], shape: [1, 4, 7, 3], moving: [0], weights: weightsOf([6, 3, 1, 1]) }],
  ReduceMean: [[4, 7], { from: MAP, axes: [3] }],
  ReduceSum: [[1, 7, 6], { from: MAP, axes: [1] }],
  ReduceMax: [[4, 6], { from: MAP, axes: [2] }],
  Reshape: [[6, 7, 4], {}],
  Rearrange: [
    [3, 6, 2],
    { from: MAP, axes: [0, 2, 3, 1], cells: [[0], [6, 2, -1], [0, 1, 2, 3, 4, 5], [1, 3]], fill: 0.5 },
  ],
  Resize: [
    [4, 2, 1],
    {
      from: MAP,
      shares: [
        [[[0, 1]]],
        CELLS.slice(0, 4),
        [
          [
            [0, 0.5],
            [1, 0.5],
          ],
          CELLS[6],
        ],
        [CELLS[5]],
      ],
    },
  ],
  Softmax: [[4, 7, 6], { shape: MAP, axes: [1] }],
  LogSoftmax: [[4, 7, 6], { shape: MAP, axes: [2, 3] }],
  QuantizeLinear: [
    [4, 7, 6],
    { shape: MAP, axis: 1, scales: [0.1, 0.2, 0.3, 0.4], zeros: [3, 0, 1, 2], low: 0, high: 9 },
  ],
  DequantizeLinear: [[4, 7, 6], { shape: MAP, axis: 1, scales: [0.1], zeros: [3] }],
  ...Object.fromEntries(Object.keys(functions).map((name) => [name, [[4, 7, 6], {}]])),
} as unknown as Record<string, [number[], Partial<Step> & { weights?: Weights }]>;

test.each(Object.entries(CASES))("the terms of any number of %s come to the number", async (op, [shape, more]) => {
  const { made, source } = await network(op, shape, more);
  const [channels, height, width] = made.shape;
  expect(made.values.length).toBe(channels * height * width);
  const next = random(3);
  for (let count = 0; count < 12; count += 1) {
    const [channel, y, x] = made.shape.map((size) => Math.floor((size * (next() + 1)) / 2)) as [number, number, number];
    const opened = open(source, "last", channel, [y, x] as Cell, null);
    expect(opened.value).toBe(made.values[(channel * height + y) * width + x]);
    expect(opened.total).toBeCloseTo(opened.value, 5);
  }
});

test("every operator of the table is computed and opened here", () => {
  expect(Object.keys(OPS).sort()).toEqual(Object.keys(CASES).sort());
});

test("softmax adds up to one, and its terms are all logits", async () => {
  const layers = [layer("p", ["logits"], [5])];
  const graphSpec = { p: { ...STEP, op: "Softmax", shape: [1, 5, 1, 1], axes: [1] } };
  const described = { input: "logits", layers, graphSpec, logits: "p", weights: () => undefined };
  const run = (await Network.open(described, plain)).run(filled([5, 1, 1], 2));
  expect(run.layer("p").values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  const source = { ...described, maps: (name: string) => run.layer(name) } as unknown as Source;
  const opened = open(source, "p", 3, [0, 0], 2);
  expect([opened.count, opened.terms.length, opened.kind]).toEqual([5, 2, "softmax"]);
  expect(opened.total).toBeCloseTo(opened.value, 6);
});

test("padding counts in a mean where it is to", async () => {
  const average = { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } as Partial<Step>;
  const corner = async (include_pad: boolean) =>
    (await network("AveragePool", [4, 4, 3], { ...average, include_pad })).made.values[0];
  expect(await corner(true)).toBeCloseTo(((await corner(false)) as number) * (4 / 9), 6);
});

test("ReLU comes after the operator", async () => {
  const { made } = await network("Conv", [6, 7, 6], { relu: true, weights: weightsOf([6, 4, 1, 1]) });
  expect(Math.min(...made.values)).toBe(0);
  const sum = await network("Sum", [4, 7, 6], { ...BOTH, relu: true });
  expect(Math.min(...sum.made.values)).toBe(0);
});

test("what is not in the table is named", async () => {
  await expect(network("Einsum", [4])).rejects.toThrow("last: this page does not know the operator Einsum");
});

test("a number that is not there is refused in words", async () => {
  const { source } = await network("Sum", [4, 7, 6], BOTH);
  expect(() => open(source, "last", 4, [0, 0], null)).toThrow("last has no channel 4; there are 4, counted from 0");
  expect(() => open(source, "last", 0, [0, 6], null)).toThrow("last has no column 6");
  expect(() => open(source, "nothing", 0, [0, 0], null)).toThrow("no layer is called 'nothing'");
});
