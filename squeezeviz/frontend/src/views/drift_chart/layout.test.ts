import { expect, test } from "vitest";
import type { Layer, Network } from "../../store/types.ts";
import { axesOf, BASE, type Drift, distances, LEFT, partNames, pathOf, RIGHT, TOP } from "./layout.ts";

const DRIFT: Drift = {
  name: "no-mean",
  firstDivergentLayer: "fire2/concat",
  drift: [
    ["conv1", 0.5, 0.75],
    ["pool1", null, null],
    ["fire2/squeeze1x1", 0, 1],
    ["fire2/concat", 2, 0],
    ["pool10", 1, 0.5],
  ],
};

test("a distance is of the values, or of their direction; none where maps are of different sizes", () => {
  expect(distances(DRIFT, "l2")).toEqual([0.5, null, 0, 2, 1]);
  expect(distances(DRIFT, "cosine")).toEqual([0.25, null, 0, 1, 0.5]);
});

test("the largest reaches the top, and a line goes through what is known", () => {
  const values = distances(DRIFT, "l2");
  const axes = axesOf(LEFT + RIGHT + 50, 5, values);
  expect([axes.step, axes.y(2), axes.y(0)]).toEqual([10, TOP, BASE]);
  expect(pathOf(axes, values)).toBe("M39.0 94.0L59.0 122.0L69.0 10.0L79.0 66.0");
  expect(pathOf(axes, [null])).toBe("");
});

test("small distances do not fill the chart", () => {
  expect(axesOf(300, 2, [0.001, 0.002]).most).toBe(0.1);
});

test("a module is named once, in its middle; the ends stand below", () => {
  const layers = [
    { name: "conv1", kind: "convolution" },
    { name: "pool1", kind: "max pooling" },
    { name: "fire2/squeeze1x1", kind: "convolution", module: "fire2", branch: "squeeze" },
    { name: "fire2/concat", kind: "concatenation", module: "fire2", branch: "concat" },
    { name: "pool10", kind: "global average pooling" },
  ] as Layer[];
  const network = { layers, logits: "pool10" } as Network;
  const axes = axesOf(LEFT + RIGHT + 500, 5, [1]);
  const names = layers.map(({ name }) => name);
  expect(partNames(axes, names, network).map(({ text, x, rule }) => [text, x, rule])).toEqual([
    ["conv1", LEFT, null],
    ["fire2", axes.x(2.5), axes.x(1.5)],
    ["pool10", LEFT + 500, null],
  ]);
});

test("a name stands where there is room: whole, as a number, or not at all", () => {
  const parts = ["squeeze", "expand1x1", "expand3x3", "concat"] as const;
  const fire = parts.map((branch) => ({ name: `fire2/${branch}`, kind: "convolution", module: "fire2", branch }));
  const layers = [{ name: "conv1", kind: "convolution" }, ...fire, { name: "conv10", kind: "convolution" }] as Layer[];
  const names = layers.map(({ name }) => name);
  const named = (step: number) =>
    partNames(axesOf(LEFT + RIGHT + step * 6, 6, [1]), names, { layers, logits: "conv10" } as Network);
  const middles = [20, 6, 2].map((step) => named(step).find((part) => part.class === "sqv-tick"));
  expect(middles.map((part) => part?.text)).toEqual(["fire2", "2", ""]);
  expect(middles.at(-1)?.rule).toBe(LEFT + 2); // where the module begins is drawn all the same
});

test("a distance that is no number leaves the others where they are", () => {
  const axes = axesOf(342, 3, [1, NaN, Infinity]);
  expect(axes.most).toBe(1);
  expect(pathOf(axes, [1, NaN, 0])).toBe(pathOf(axes, [1, null, 0]));
});
