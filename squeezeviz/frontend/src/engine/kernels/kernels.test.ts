import { describe, expect, test } from "vitest";
import { Network } from "../network.ts";
import { filled, KERNELS, layer, random, STEP } from "../testing.ts";
import type { Maps, Shape, Step, Weights } from "../types.ts";
import { plain } from "./plain.ts";

test("WebAssembly with SIMD is there, or the others are not tested", () => {
  expect(KERNELS.map(([name]) => name)).toEqual(expect.arrayContaining(["SIMD", "plain"]));
});

interface Case {
  op?: string;
  input: Shape;
  count: number;
  kernel: [number, number];
  strides?: [number, number];
  dilations?: [number, number];
  pads?: [number, number, number, number];
  group?: number;
  relu?: boolean;
}

const CASES: Record<string, Case> = {
  "1 × 1": { input: [13, 9, 7], count: 10, kernel: [1, 1] },
  "1 × 1 of many cells": { input: [5, 15, 23], count: 17, kernel: [1, 1], relu: true },
  "1 × 1, every second cell": { input: [6, 11, 9], count: 9, kernel: [1, 1], strides: [2, 2] },
  "1 × 1 of one cell": { input: [37, 1, 1], count: 11, kernel: [1, 1], relu: true },
  "3 × 3": { input: [4, 14, 14], count: 12, kernel: [3, 3], pads: [1, 1, 1, 1], relu: true },
  "3 × 3 of three cells": { input: [4, 3, 3], count: 5, kernel: [3, 3], pads: [1, 1, 1, 1] },
  "3 × 3, every second cell, no padding": { input: [3, 27, 27], count: 8, kernel: [3, 3], strides: [2, 2] },
  "3 × 3, every second cell, padded below": {
    ...{ input: [3, 22, 22], count: 8, kernel: [3, 3] },
    ...{ strides: [2, 2], pads: [0, 0, 1, 1] },
  },
  "7 × 7, every fourth cell": { input: [3, 33, 29], count: 6, kernel: [7, 7], strides: [4, 4], pads: [2, 2, 2, 2] },
  "5 × 1, apart": { input: [3, 12, 8], count: 6, kernel: [5, 1], dilations: [2, 1], pads: [4, 0, 4, 0] },
  "8 wide": { input: [2, 9, 16], count: 4, kernel: [1, 8] },
  groups: { input: [12, 10, 10], count: 18, kernel: [3, 3], pads: [1, 1, 1, 1], group: 3, relu: true },
  depthwise: { input: [5, 9, 11], count: 5, kernel: [3, 3], pads: [1, 1, 1, 1], group: 5, relu: true },
  "depthwise of few cells": { input: [5, 7, 7], count: 5, kernel: [5, 5], pads: [2, 2, 2, 2], group: 5 },
  "depthwise, every second cell": { input: [4, 20, 20], count: 4, kernel: [3, 3], strides: [2, 2], group: 4 },
  "depthwise, every third cell": { input: [4, 20, 20], count: 4, kernel: [3, 3], strides: [3, 3], group: 4 },
  "depthwise, two kernels a channel": { input: [4, 8, 8], count: 8, kernel: [3, 3], group: 4 },
  "largest of windows": {
    op: "MaxPool",
    input: [3, 28, 28],
    count: 3,
    kernel: [3, 3],
    strides: [2, 2],
    pads: [0, 0, 1, 1],
  },
  "largest of windows as wide as the map": {
    op: "MaxPool",
    input: [1, 2, 2000],
    count: 1,
    kernel: [2, 2000],
    strides: [2, 2000],
  },
  "means of windows as wide as the map": {
    op: "AveragePool",
    input: [2, 1, 2000],
    count: 2,
    kernel: [1, 2000],
    strides: [1, 2000],
  },
  "means of windows": { op: "AveragePool", input: [3, 9, 9], count: 3, kernel: [3, 3], pads: [1, 1, 1, 1] },
};

/** Of one layer, on kernels of a kind. */
async function made(one: Case, kernels = plain): Promise<Maps> {
  const { op = "Conv", input, count, group = 1, relu = false, ...window } = one;
  const step: Step = { ...STEP, ...window, op, group, relu };
  const size = (axis: 0 | 1) =>
    1 +
    Math.floor(
      ((input[axis + 1] as number) +
        step.pads[axis] +
        (step.pads[axis + 2] as number) -
        step.dilations[axis] * (step.kernel[axis] - 1) -
        1) /
        step.strides[axis],
    );
  const shape: Weights["shape"] = [count, input[0] / group, ...step.kernel];
  const next = random(7);
  const kernelsOf = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next);
  const weights = { shape, kernels: kernelsOf, bias: Float32Array.from({ length: count }, next) };
  const layers = [layer("last", ["data"], [count, size(0), size(1)])];
  const described = { input: "data", layers, graphSpec: { last: step }, logits: "last", weights: () => weights };
  return (await Network.open(described, kernels)).run(filled(input, 3)).layer("last");
}

describe.each(KERNELS)("kernels in %s", (_, kernels) => {
  test.each(Object.entries(CASES))("%s: every number is that of double precision", async (_, one) => {
    const [ours, theirs] = [await made(one, kernels), await made(one)];
    expect(ours.shape).toEqual(theirs.shape);
    const largest = theirs.values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const apart = ours.values.map((value, at) => Math.abs(value - (theirs.values[at] as number)) / largest);
    expect(apart.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(2e-6);
  });

  test("what is no number stays so", async () => {
    const machine = await kernels.machine();
    new Float32Array(machine.buffer, 1024, 4).set([Number.NaN, -2, 3, Infinity]);
    machine.clamp(1024, 1040, 4, 0, Infinity);
    expect([...new Float32Array(machine.buffer, 1040, 4)]).toEqual([Number.NaN, 0, 3, Infinity]);
  });

  test.each([1, 4, 7, 64])("the squares of %i numbers", async (count) => {
    const machine = await kernels.machine();
    const values = Float32Array.from({ length: count }, random(3));
    new Float32Array(machine.buffer, 1024, count + 1).set([...values, 1e9]); // the last does not count
    const sum = values.reduce((all, value) => all + value * value, 0);
    expect(machine.squares(1024, count)).toBeCloseTo(sum, 12);
    new Float32Array(machine.buffer, 1024, 1).set([Number.NaN]);
    expect(machine.squares(1024, count)).toBeNaN();
  });

  test.each([1, 4, 7, 64])("each channel's largest value, mean and share of zeros, of %i cells", async (cells) => {
    const machine = await kernels.machine();
    const next = random(5);
    const values = Float32Array.from({ length: 3 * cells }, (_, at) => (at % 3 ? next() : 0));
    values[cells] = Number.NaN;
    values.fill(-2, 2 * cells);
    new Float32Array(machine.buffer, 1024, 3 * cells + 1).set([...values, 1e9]); // the last does not count
    machine.statistics(1024, 4096, 3, cells);
    const [first, , last] = [0, 1, 2].map((channel) => [...values.subarray(channel * cells, (channel + 1) * cells)]);
    const mean = Math.fround((first as number[]).reduce((a, b) => a + b, 0) / cells);
    const zeros = [0, 1, 2].map((channel) => {
      const own = values.subarray(channel * cells, (channel + 1) * cells);
      return Math.fround(own.filter((value) => value === 0).length / cells);
    });
    const found = [...new Float32Array(machine.buffer, 4096, 9)];
    expect(found[3]).toBeCloseTo(mean, 6);
    expect(found).toEqual([
      Math.max(...(first as number[])),
      Number.NaN,
      last?.[0],
      found[3],
      Number.NaN,
      -2,
      ...zeros,
    ]);
  });

  test("a share of one, from the smallest to the largest", async () => {
    const machine = await kernels.machine();
    const values = Float32Array.from([-200, -50, -3, -0.5, 0, 0.25, 4, 20, 200, 1]);
    new Float32Array(machine.buffer, 1024, 10).set(values);
    machine.sigmoid(1024, 2048, 10);
    const found = [...new Float32Array(machine.buffer, 2048, 10)];
    const apart = found.map((value, at) => Math.abs(value - 1 / (1 + Math.exp(-(values[at] as number)))));
    expect(Math.max(...apart)).toBeLessThan(2e-7);
  });
});
