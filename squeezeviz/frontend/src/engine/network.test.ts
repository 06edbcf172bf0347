import { describe, expect, test } from "vitest";
import { plain } from "./kernels/plain.ts";
import { Network } from "./network.ts";
import { filled, KERNELS, layer, STEP, weightsOf } from "./testing.ts";
import type { GraphSpec, Maps, Step } from "./types.ts";

const conv = (more: Partial<Step> = {}): Step => ({ ...STEP, op: "Conv", kernel: [3, 3], pads: [1, 1, 1, 1], ...more });
const clip: Step = { ...STEP, op: "Clip", low: 0, high: 0.7 };
const sum: Step = {
  ...STEP,
  op: "Sum",
  shapes: [
    [1, 5, 6, 6],
    [1, 5, 6, 6],
  ],
  shape: [1, 5, 6, 6],
  moving: [0, 1],
};

/** A convolution, clipped, then two convolutions side by side, added; and a mean of each channel. */
function described(size = 6) {
  const shape = [5, size, size];
  const layers = [
    layer("a", ["data"], shape),
    layer("clip", ["a"], shape),
    layer("b", ["clip"], shape),
    layer("c", ["clip"], shape),
    layer("sum", ["b", "c"], shape),
    layer("mean", ["sum"], [5]),
  ];
  const added = {
    ...sum,
    shapes: [
      [1, ...shape],
      [1, ...shape],
    ],
    shape: [1, ...shape],
  };
  const mean: Step = { ...STEP, op: "GlobalAveragePool" };
  const graphSpec: GraphSpec = { a: conv(), clip, b: conv({ relu: true }), c: conv(), sum: added, mean };
  const own = { a: weightsOf([5, 3, 3, 3]), b: weightsOf([5, 5, 3, 3]), c: weightsOf([5, 5, 3, 3]) };
  const weights = (name: string) => (own as Record<string, (typeof own)["a"]>)[name];
  return { input: "data", layers, graphSpec, logits: "mean", weights };
}

const IMAGE = filled([3, 6, 6], 4);
const OTHER = filled([3, 6, 6], 9);
const kept = ({ values }: Maps): number[] => [...values];

describe.each(KERNELS)("a network by kernels in %s", (_, kernels) => {
  test("runs again into its own memory", async () => {
    const network = await Network.open(described(), kernels);
    expect(network.kernels).toBe(kernels.name);
    const first = network.run(IMAGE);
    const said = kept(first.layer("mean"));
    const second = network.run(OTHER);
    expect(kept(first.layer("mean"))).toEqual(said);
    expect(kept(second.layer("mean"))).not.toEqual(said);
    expect(network.run(IMAGE, { into: second })).toBe(second);
    expect(kept(second.layer("mean"))).toEqual(said);
    expect(kept(second.layer("data"))).toEqual(kept(IMAGE));
  });

  test("what follows from an input or an ablation is what a whole run says", async () => {
    const network = await Network.open(described(), kernels);
    const run = network.run(IMAGE);
    const before = kept(run.layer("mean"));
    expect([...network.again(run, { input: OTHER.values })]).toEqual(kept(network.run(OTHER).layer("mean")));
    for (const fill of ["zero", "mean"] as const) {
      const ablated = {
        channels: new Map([
          ["clip", [1, 3]],
          ["b", [0]],
        ]),
        fill,
      };
      const whole = network.run(IMAGE, { ablated });
      expect([...network.again(run, { ablated })]).toEqual(kept(whole.layer("mean")));
      expect(kept(whole.layer("mean"))).not.toEqual(before);
    }
    expect(kept(run.layer("mean"))).toEqual(before);
  });

  test("another size of the input shares the weights", async () => {
    const network = await Network.open(described(), kernels);
    network.run(IMAGE);
    const { layers, graphSpec } = described(9);
    const larger = network.at(layers, graphSpec).run(filled([3, 9, 9], 4));
    const alone = (await Network.open(described(9), kernels)).run(filled([3, 9, 9], 4));
    expect(kept(larger.layer("sum"))).toEqual(kept(alone.layer("sum")));
  });
});

test("a convolution's channel is ablated after its activation, and on the way there", async () => {
  const network = await Network.open(described(), plain);
  const plainly = network.run(IMAGE);
  const run = network.run(IMAGE, { ablated: { channels: new Map([["a", [2]]]), fill: "mean" } });
  for (const name of ["a", "clip"]) {
    const [before, after] = [plainly, run].map((each) => kept(each.layer(name)).slice(72, 108)) as [number[], number[]];
    const mean = before.reduce((all, number) => all + number, 0) / 36;
    for (const number of after) expect(number).toBeCloseTo(mean, 6);
    expect(kept(run.layer(name)).slice(0, 72)).toEqual(kept(plainly.layer(name)).slice(0, 72));
  }
});

test("what cannot be is said", async () => {
  const network = await Network.open(described(), plain);
  const run = network.run(IMAGE);
  expect(() => run.layer("d")).toThrow("no layer is called 'd'");
  expect(() => network.run(filled([3, 7, 6], 1))).toThrow("the input is 3 × 7 × 6, expected 3 × 6 × 6");
  const without = (layer: string, channel: number) =>
    ({ channels: new Map([[layer, [channel]]]), fill: "zero" }) as const;
  expect(() => network.again(run, { ablated: without("a", 5) })).toThrow(
    "a has no channel 5; there are 5, counted from 0",
  );
  expect(() => network.again(run, { ablated: without("d", 0) })).toThrow("no layer is called 'd'");
  run.release();
  expect(() => run.layer("a")).toThrow("a is gone: its run was released");
  const none = await Network.open({ ...described(), weights: () => undefined }, plain);
  expect(() => none.run(IMAGE)).toThrow("a has no weights; expected those of Conv");
});
