import { expect, test } from "vitest";
import type { Calculation, Network } from "../../store/types.ts";
import { meaningOf } from "./meaning.ts";
import { brief, equation, type Names, precise, product, residualText, scaleOf, wordsOf } from "./words.ts";

const NETWORK = {
  input: [3, 227, 227],
  logits: "pool10",
  layers: [
    { name: "fire9/expand1x1", kind: "convolution", shape: [256, 13, 13], inputs: [] },
    { name: "fire9/expand3x3", kind: "convolution", shape: [256, 13, 13], inputs: [] },
    {
      name: "fire9/concat",
      kind: "concatenation",
      shape: [512, 13, 13],
      inputs: ["fire9/expand1x1", "fire9/expand3x3"],
    },
    { name: "conv10", kind: "convolution", shape: [1000, 13, 13], inputs: ["fire9/concat"] },
    { name: "pool10", kind: "global average pooling", shape: [1000], inputs: ["conv10"] },
    { name: "softmaxout", kind: "softmax", shape: [1000], inputs: ["pool10"] },
  ],
} as unknown as Network;

const names: Names = {
  network: () => NETWORK,
  label: (index) => ({ label: `class ${index}`, wnid: "", also: [] }),
  classLayer: () => NETWORK.layers[3] ?? null,
  classMaps: () => ({ name: "logits:cam", layer: "conv10", is_weighted: true, is_decomposed: true }),
};

const called = (layer: string) => wordsOf(names, { layer, channel: 2, cell: [4, 5] });

test("a number has as many decimals as its company", () => {
  expect([precise(0.5, 100), precise(-12.345678, 9), precise(-0.000001, 10), precise(0, 1)]).toEqual([
    "0.50",
    "−12.3457",
    "0.000",
    "0",
  ]);
  expect(product(0.0774901, -247.1234)).toBe("0.07749 × −247.1");
  expect([brief(0.0771), brief(-0.5), brief(12.3), brief(1)]).toEqual([".077", "−.5", "12", "1"]);
  expect([residualText(0), residualText(-4.5e-6)]).toEqual(["0", "−4.5e−6"]);
});

test("a number is called by what it is, and where it stands", () => {
  expect(
    ["fire9/concat", "conv10", "pool10", "softmaxout", "logits:cam", "data", "resized", "photo"].map(called),
  ).toEqual([
    { name: "fire9/concat", place: "channel 2 at 4, 5" },
    { name: "conv10", place: "class 2 at 4, 5" },
    { name: "logit", place: "class 2" },
    { name: "probability", place: "class 2" },
    { name: "class activation map", place: "class 2 at 4, 5" },
    { name: "preprocessed pixel", place: "channel 2 at 4, 5" },
    { name: "resized photo", place: "blue at 4, 5" },
    { name: "photo", place: "blue at 4, 5" },
  ]);
});

const made = { kind: "sum", value: 2, bias: -3, count: 512, has_relu: true, formula: "", layer: "conv10", terms: [] };
const of = (change: object) => ({ ...made, ...change }) as unknown as Calculation;

test("how a number comes about, as a sentence", () => {
  const relu = "= ReLU( bias + 512 products of a weight and a value )";
  expect([equation(of({})), equation(of({ has_relu: false })), equation(of({ kind: "blend" }))]).toEqual([
    relu,
    "= bias + 512 products of a weight and a value",
    "= padding: there is no pixel of the photo here",
  ]);
  expect(equation(of({ kind: "blend", count: 1, terms: [{}] }))).toContain("1 pixel of the photo, blended");
  expect(scaleOf(of({}))).toBe(3);
});

test("a concatenation says whose its channels are", () => {
  expect(meaningOf(of({ kind: "copy", layer: "fire9/concat" }), NETWORK)).toBe(
    "A concatenation computes nothing. Channels 0 to 255 are those of fire9/expand1x1; " +
      "Channels 256 to 511 are those of fire9/expand3x3.",
  );
  expect(meaningOf(of({ kind: "mean", layer: "pool10" }), NETWORK)).toContain("mean of its own map");
  expect([meaningOf(of({}), NETWORK), meaningOf(of({ kind: "mean", layer: "pool3" }), NETWORK)]).toEqual(["", ""]);
});
