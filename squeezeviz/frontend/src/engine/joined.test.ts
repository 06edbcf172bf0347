import { describe, expect, test } from "vitest";
import { plain } from "./kernels/plain.ts";
import { Network } from "./network.ts";
import { filled, KERNELS, layer, STEP, weightsOf } from "./testing.ts";
import type { GraphSpec, Maps, Step } from "./types.ts";

const conv = (more: Partial<Step> = {}): Step => ({ ...STEP, op: "Conv", kernel: [1, 1], ...more });
const [B, C, BOTH] = [
  [4, 6, 6],
  [8, 6, 6],
  [12, 6, 6],
];

/** Two convolutions side by side, joined; another one reads both. */
function described(more: Partial<Step> = {}) {
  const layers = [
    layer("a", ["data"], B),
    layer("b", ["a"], B),
    layer("c", ["a"], C),
    layer("concat", ["b", "c"], BOTH),
    layer("d", ["concat"], B),
    layer("mean", ["d"], [4]),
  ];
  const shapes = [B, C].map((shape) => [1, ...shape]);
  const concat: Step = { ...STEP, op: "Concat", axis: 1, shapes, shape: [1, ...BOTH], moving: [0, 1], ...more };
  const mean: Step = { ...STEP, op: "GlobalAveragePool" };
  const graphSpec: GraphSpec = { a: conv(), b: conv(), c: conv({ relu: true }), concat, d: conv(), mean };
  const counts = { a: [4, 3], b: [4, 4], c: [8, 4], d: [4, 12] } as Record<string, [number, number]>;
  const own = new Map(Object.entries(counts).map(([name, [out, inner]]) => [name, weightsOf([out, inner, 1, 1])]));
  return { input: "data", layers, graphSpec, logits: "mean", weights: (name: string) => own.get(name) };
}

const IMAGE = filled([3, 6, 6], 4);
const kept = ({ values }: Maps): number[] => [...values];
const isWithin = (part: Maps, whole: Maps) =>
  part.values.byteOffset >= whole.values.byteOffset &&
  part.values.byteOffset + part.values.byteLength <= whole.values.byteOffset + whole.values.byteLength;

describe.each(KERNELS)("by kernels in %s", (_, kernels) => {
  test("what is joined by channels lies within what joins it, and is what it is alone", async () => {
    const network = await Network.open(described(), kernels);
    const run = network.run(IMAGE);
    // Nothing lies within another while something is ablated, even if that is nothing.
    const apart = network.run(IMAGE, { ablated: { channels: new Map(), fill: "zero" } });
    for (const name of ["b", "c"]) {
      expect(isWithin(run.layer(name), run.layer("concat"))).toBe(true);
      expect(isWithin(apart.layer(name), apart.layer("concat"))).toBe(false);
    }
    for (const { name } of described().layers) expect(kept(run.layer(name))).toEqual(kept(apart.layer(name)));
    expect(kept(run.layer("concat"))).toEqual([...kept(run.layer("b")), ...kept(run.layer("c"))]);
  });

  test("ReLU after a join leaves its parts as they are", async () => {
    const run = (await Network.open(described({ relu: true }), kernels)).run(IMAGE);
    expect(Math.min(...run.layer("b").values)).toBeLessThan(0);
    expect(Math.min(...run.layer("concat").values)).toBe(0);
  });
});

test("a channel ablated of what joins is not ablated of its part", async () => {
  const network = await Network.open(described(), plain);
  const run = network.run(IMAGE);
  const ablated = { channels: new Map([["concat", [0]]]), fill: "zero" } as const;
  const without = network.run(IMAGE, { ablated });
  expect(kept(without.layer("concat")).slice(0, 36)).toEqual(new Array(36).fill(0));
  expect(kept(without.layer("b"))).toEqual(kept(run.layer("b")));
  expect([...network.again(run, { ablated })]).toEqual(kept(without.layer("mean")));
});

test("a run that does not suit gives its memory back", async () => {
  const network = await Network.open(described(), plain);
  let run = network.run(IMAGE);
  const ablated = { channels: new Map([["b", [1]]]), fill: "zero" } as const;
  const sizes = [0, 1, 2, 3, 4, 5].map(() => {
    run = network.run(IMAGE, { into: run, ablated });
    run = network.run(IMAGE, { into: run });
    return run.layer("a").values.buffer.byteLength;
  });
  expect(new Set(sizes.slice(1)).size).toBe(1);
});
