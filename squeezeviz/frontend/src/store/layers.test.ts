import { expect, test } from "vitest";
import { branches, branchOf, shortName, sizeText, span } from "./layers.ts";
import type { Layer, Network } from "./types.ts";

const layer = (about: Partial<Layer>) => ({ kind: "convolution", inputs: [], ...about }) as Layer;

const one = layer({ name: "one", shape: [2, 5, 5], stride: [4, 4], offset: [3, 3] });
const three = layer({ name: "three", shape: [3, 5, 5] });
const both = layer({ name: "both", kind: "concatenation", shape: [5, 5, 5], inputs: ["one", "three"] });
const network = { layers: [one, three, both] } as unknown as Network;

test("a concatenation's channels belong to its branches", () => {
  expect(branches(network, both).map(({ layer: { name }, from, to }) => [name, from, to])).toEqual([
    ["one", 0, 2],
    ["three", 2, 5],
  ]);
  expect(branchOf(network, both, 2).name).toBe("three");
  expect(branchOf(network, one, 1)).toBe(one);
});

test("channels joined with constants are nobody's branch", () => {
  const more = layer({ ...both, shape: [6, 5, 5] });
  expect(branches(network, more)).toEqual([{ layer: more, from: 0, to: 6 }]);
});

test("what a cell sees is cut off at the input's edge", () => {
  expect(span(one, 0, 0, 11, 227)).toEqual([0, 9]);
  expect(span(one, 0, 10, 11, 227)).toEqual([38, 49]);
  expect(span(one, 0, 10, 227, 227)).toEqual([0, 227]);
});

test("a size is one number where both are the same", () => {
  expect([sizeText([3, 3]), sizeText([1, 7])]).toEqual(["3", "1 × 7"]);
});

test("a layer is called by what it is within its module, whatever a program has named it", () => {
  const named = (name: string, module: string | null, branch: Layer["branch"]) =>
    shortName(layer({ name, module, branch }));
  expect(named("fire2/expand3x3", "fire2", "expand3x3")).toBe("expand 3×3");
  expect(named("join_7", "join_7", "concat")).toBe("concat");
  expect(named("fire2/squeeze1x1", "fire2", "squeeze")).toBe("squeeze 1×1");
  expect(named("features.3.expand3x3", "features.3", "expand3x3")).toBe("expand 3×3");
  expect(named("features.3", "features.3", "concat")).toBe("concat");
  expect(named("r4", "r9", "squeeze")).toBe("squeeze"); // a file whose names tell no module
  expect(named("r6", "r9", "expand1x1")).toBe("expand 1×1");
  expect(named("conv1", null, null)).toBe("conv1");
});
