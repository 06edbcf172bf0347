import { expect, test } from "vitest";
import type { Traits } from "../protocol.ts";
import { fitting } from "./linked.ts";
import type { Network } from "./types.ts";

const layers = [
  { name: "conv1", shape: [3, 4, 5] },
  { name: "fc", shape: [10] },
];
const network = { name: "net", layers } as unknown as Network;

function fit(traits: Partial<Traits>, { model, abilities = [] }: { model?: string; abilities?: string[] } = {}) {
  const can = (what: string) => abilities.includes(what);
  const { traits: left, problems } = fitting(
    { model, traits },
    { network, classes: 10, presets: ["own", "other"], can },
  );
  return { left, said: problems.join("\n") };
}

test("what the page has is chosen", () => {
  const traits: Partial<Traits> = {
    preset: "other",
    layer: "conv1",
    channel: 2,
    cell: [3, 4],
    class_index: 9,
    pinned: [0, 9],
    opened: [{ layer: "fc", channel: 9, cell: [0, 0] }],
    ablated: { conv1: [0, 2] },
    explaining: true,
  };
  expect(fit(traits, { model: "net", abilities: ["why", "ablation"] })).toEqual({ left: traits, said: "" });
});

test.each<[string, Partial<Traits>, Partial<Traits>, RegExp]>([
  ["preset", { preset: "<b>" }, {}, /preprocessing “<b>”: this page has own, other/],
  ["layer", { layer: "x", channel: 0, cell: [0, 0] }, {}, /layer “x”: no layer of “net” is called so/],
  [
    "channel",
    { layer: "conv1", channel: 3, cell: [0, 0] },
    { layer: "conv1" },
    /channel 3: “conv1” has channels 0 to 2/,
  ],
  ["cell", { layer: "conv1", channel: 1, cell: [0, 5] }, { layer: "conv1", channel: 1 }, /maps of “conv1” have 4 × 5/],
  ["cell of a vector", { layer: "fc", cell: [0, 1] }, { layer: "fc" }, /have 1 × 1/],
  ["no layer", { channel: 1, cell: [0, 0] }, {}, /of no layer; expected layer=NAME/],
  ["class", { class_index: 10 }, {}, /class 10: there are classes 0 to 9/],
  ["pinned", { pinned: [1, 10, 11] }, { pinned: [1] }, /pinned classes 10, 11: there are/],
  ["opened", { opened: [{ layer: "conv1", channel: 0, cell: [4, 0] }] }, {}, /number in “conv1”: cell 4, 0/],
  ["opened where", { opened: [{ layer: "x", channel: 0, cell: [0, 0] }] }, {}, /number in “x”: no layer/],
])("%s: what it has not is named, and the rest is kept", (_, traits, left, words) => {
  const found = fit(traits);
  expect(found.said).toMatch(words);
  expect(found.left).toEqual(left);
});

test("what this page cannot do is named", () => {
  const found = fit({ explaining: true, contrast_class: 1, comparing: true, ablated: { conv1: [1] }, kernels: true });
  expect(found.left).toEqual({ kernels: true });
  expect(found.said.split("\n")).toHaveLength(4);
  const off = { explaining: false, contrast_class: null, comparing: false, ablated: {} };
  expect(fit(off).said).toBe("");
});

test("beyond the last channel nothing is ablated", () => {
  const { left, said } = fit({ ablated: { conv1: [0, 3] } }, { abilities: ["ablation"] });
  expect(left).toEqual({});
  expect(said).toMatch(/ablated in “conv1”: channel 3/);
});

test("another model answers: said, and what fits is kept", () => {
  const { left, said } = fit({ layer: "conv1" }, { model: "other" });
  expect(left).toEqual({ layer: "conv1" });
  expect(said).toBe("it was made of “other”, and here “net” answers");
});
