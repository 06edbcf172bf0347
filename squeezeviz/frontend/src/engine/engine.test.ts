import { describe, expect, test } from "vitest";
import { plain } from "./kernels/plain.ts";
import { Network } from "./network.ts";
import { open, type Source } from "./open.ts";
import { OPS } from "./ops/table.ts";
import { BOTH, CASES, filled, KERNELS, layer, MAP, network, random, STEP, weightsOf } from "./testing.ts";
import type { Cell, Step } from "./types.ts";

describe.each(KERNELS)("by kernels in %s", (_, kernels) => {
  test.each(Object.entries(CASES))("the terms of any number of %s come to the number", async (op, [shape, more]) => {
    const { made, source } = await network(op, shape, more, kernels);
    const [channels, height, width] = made.shape;
    expect(made.values.length).toBe(channels * height * width);
    const next = random(3);
    for (let count = 0; count < 12; count += 1) {
      const [channel, y, x] = made.shape.map((size) => Math.floor((size * (next() + 1)) / 2)) as [
        number,
        number,
        number,
      ];
      const opened = open(source, "last", channel, [y, x] as Cell, null);
      expect(opened.value).toBe(made.values[(channel * height + y) * width + x]);
      expect(opened.total).toBeCloseTo(opened.value, 5);
    }
  });
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

test("rows and columns padded on one side and cut off on the other are moved as they are", async () => {
  const cells = [[0], [0, 1, 2, 3], [-1, -1, 0, 1, 2, 3], [2, 3, 4, 5, -1]];
  const { made, source } = await network("Rearrange", [4, 6, 5], { from: MAP, axes: [0, 1, 2, 3], cells, fill: 0.5 });
  const first = source.maps("first").values;
  const expected = Array.from({ length: 120 }, (_, at) => {
    const [channel, y, x] = [Math.floor(at / 30), (Math.floor(at / 5) % 6) - 2, (at % 5) + 2];
    return y < 0 || x > 5 ? 0.5 : first[(channel * 7 + y) * 6 + x];
  });
  expect([...made.values]).toEqual(expected);
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
