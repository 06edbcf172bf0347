/** Networks of one operator, for tests: on kernels of each kind. */
import { setFlagsFromString } from "node:v8";
import type { Layer } from "../protocol.ts";
import { available } from "./kernels/kernels.ts";
import type { Kernels } from "./kernels/machine.ts";
import { plain } from "./kernels/plain.ts";
import { Network } from "./network.ts";
import type { Source } from "./open.ts";
import { functions } from "./ops/functions.ts";
import type { GraphSpec, Maps, Shape, Step, Weights } from "./types.ts";

const isRelaxed = available().some(({ name }) => name === "relaxed SIMD");
if (!isRelaxed) setFlagsFromString("--experimental-wasm-relaxed-simd"); // which Node 20 has, but not by itself

/** Those that this Node can run. */
export const KERNELS: [string, Kernels][] = available().map((kernels) => [kernels.name, kernels]);

export const random = (seed: number) => () => {
  seed = (seed * 1103515245 + 12345) % 2 ** 31;
  return seed / 2 ** 30 - 1;
};

export function filled(shape: Shape, seed: number): Maps {
  const next = random(seed);
  return { shape, values: Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, next) };
}

export const STEP: Step = {
  op: "",
  relu: false,
  kernel: [1, 1],
  strides: [1, 1],
  dilations: [1, 1],
  pads: [0, 0, 0, 0],
};
export const layer = (name: string, inputs: string[], shape: number[]) =>
  ({ name, inputs, shape, kind: name, pre_relu: null }) as unknown as Layer;

export function weightsOf(shape: Weights["shape"]): Weights {
  const next = random(5);
  const kernels = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next);
  return { shape, kernels, bias: Float32Array.from({ length: shape[0] }, next) };
}

const window3: Partial<Step> = { kernel: [3, 3], pads: [1, 1, 1, 1] };

/** Every kind of layer that computes a part, and at the end some that do not. */
export function inParts() {
  const [wide, half] = [
    [6, 40, 36],
    [6, 20, 18],
  ];
  const sized = (shape: number[]) => [1, ...shape];
  const layers = [
    layer("conv", ["data"], wide),
    layer("clip", ["conv"], wide),
    layer("pool", ["clip"], half),
    layer("depthwise", ["pool"], half),
    layer("squeeze", ["depthwise"], half),
    layer("expand", ["squeeze"], half),
    layer("norm", ["expand"], half),
    layer("sum", ["norm", "pool"], half),
    layer("concat", ["sum", "squeeze"], [12, 20, 18]),
    layer("mean", ["concat"], [12]),
    layer("side", ["concat"], [12]),
  ];
  const conv = (more: Partial<Step>): Step => ({ ...STEP, op: "Conv", ...more });
  const graphSpec: GraphSpec = {
    conv: conv(window3),
    clip: { ...STEP, op: "Clip", low: 0, high: 1.5 },
    pool: { ...STEP, op: "MaxPool", kernel: [3, 3], strides: [2, 2], pads: [0, 0, 1, 1] },
    depthwise: conv({ ...window3, group: 6, relu: true }),
    squeeze: conv({ relu: true }),
    expand: conv({ ...window3, group: 2, dilations: [2, 2], pads: [2, 2, 2, 2] }),
    norm: { ...STEP, op: "BatchNormalization" },
    sum: { ...STEP, op: "Sum", relu: true, shapes: [sized(half), sized(half)], shape: sized(half), moving: [0, 1] },
    concat: {
      ...STEP,
      op: "Concat",
      axis: 1,
      shapes: [sized(half), sized(half)],
      shape: [1, 12, 20, 18],
      moving: [0, 1],
    },
    mean: { ...STEP, op: "GlobalAveragePool" },
    side: { ...STEP, op: "GlobalMaxPool" },
  };
  const own: Record<string, ReturnType<typeof weightsOf>> = {
    conv: weightsOf([6, 3, 3, 3]),
    depthwise: weightsOf([6, 1, 3, 3]),
    squeeze: weightsOf([6, 6, 1, 1]),
    expand: weightsOf([6, 3, 3, 3]),
    norm: weightsOf([6, 1, 1, 1]),
  };
  return { input: "data", layers, graphSpec, logits: "mean", weights: (name: string) => own[name] };
}

/** One layer on an input, computed; and what can be opened of it. */
export async function network(
  op: string,
  shape: number[],
  { weights, ...more }: Partial<Step> & { weights?: Weights } = {},
  kernels: Kernels = plain,
) {
  const layers = [layer("first", ["data"], [4, 7, 6]), layer("last", ["first", "data"], shape)];
  const graphSpec = { first: { ...STEP, op: "Abs" }, last: { ...STEP, op, ...more } };
  const given = weights ?? weightsOf([1, 1, 1, 1]);
  const described = { input: "data", layers, graphSpec, logits: "last", weights: () => given };
  const run = (await Network.open(described, kernels)).run(filled([4, 7, 6], 1));
  const source = { ...described, maps: (name: string) => run.layer(name) };
  return { made: run.layer("last"), source: source as unknown as Source };
}

export const MAP = [1, 4, 7, 6];
export const BOTH = { shapes: [MAP, MAP], shape: MAP, moving: [0, 1] };
const CELLS = [0, 1, 2, 3, 4, 5, 6].map((cell) => [[cell, 1]]);

export const CASES = {
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
