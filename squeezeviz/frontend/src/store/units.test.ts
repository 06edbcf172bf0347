import { expect, test } from "vitest";
import type { Block } from "../protocol.ts";
import type { Layer, Network } from "./types.ts";
import { isOpen, opens, type Unit, unitsOf } from "./units.ts";

const layer = (name: string, kind: string, inputs: string[]) => ({ name, kind, inputs, shape: [8, 4, 4] }) as Layer;
const block = (name: string, kind: Block["kind"], layers: string[], about: Partial<Block> = {}): Block => ({
  ...{ name, kind, layers, branches: [], join: null, inputs: [], group: null },
  output: layers.at(-1) ?? "",
  ...about,
});
const of = (layers: Layer[], blocks: Block[]) => unitsOf({ layers, blocks } as unknown as Network);
const told = (units: Unit[]) => units.map(({ form, name, layers }) => [form, name, layers.length]);

test("layers that run plainly stand by themselves, each with what belongs to it", () => {
  const layers = [
    layer("pad", "padding", ["data"]),
    layer("conv", "convolution", ["pad"]),
    layer("bn", "batch normalisation", ["conv"]),
    layer("pool", "max pooling", ["bn"]),
    layer("lrn", "local response normalisation", ["pool"]),
    layer("fc", "fully connected", ["lrn"]),
    layer("answer", "softmax", ["fc"]),
  ];
  const names = layers.map(({ name }) => name);
  const units = of(layers, [block("pad–answer", "plain", names, { inputs: ["data"] })]);
  expect(told(units)).toEqual([
    ["layer", "conv", 3],
    ["pooling", "pool", 1],
    ["layer", "fc", 2],
    ["softmax", "answer", 1],
  ]);
  expect(units.map(({ reads }) => reads)).toEqual([["data"], ["bn"], ["pool"], ["fc"]]);
});

test("a block reads what its blocks give, and forks where they fork", () => {
  const layers = [
    layer("stem", "convolution", ["data"]),
    layer("a", "convolution", ["stem"]),
    layer("sum", "addition", ["stem", "a"]),
  ];
  const fork = { branches: [[], ["a"]], join: "sum", inputs: ["stem"] };
  const units = of(layers, [block("stem", "plain", ["stem"]), block("residual 1", "residual", ["a", "sum"], fork)]);
  expect(told(units)).toEqual([
    ["layer", "stem", 1],
    ["block", "residual 1", 2],
  ]);
  expect(units[1]?.fork).toMatchObject({ branches: [[], ["a"]], join: "sum" });
  expect(units[1]?.reads).toEqual(["stem"]);
});

const FIRE = ["squeeze", "one", "three", "joined"];

test("a Fire module of bare convolutions is drawn as such, one with more in it as any block", () => {
  const bare = [
    layer("squeeze", "convolution", ["data"]),
    layer("one", "convolution", ["squeeze"]),
    layer("three", "convolution", ["squeeze"]),
    layer("joined", "concatenation", ["one", "three"]),
  ];
  const fork = { branches: [["one"], ["three"]], join: "joined" };
  expect(told(of(bare, [block("fire2", "fire", FIRE, fork)]))).toEqual([["fire", "fire2", 4]]);
  const more = [...bare, layer("sum", "addition", ["data", "joined"])];
  const around = { branches: [[], FIRE], join: "sum" };
  expect(told(of(more, [block("fire3", "fire", [...FIRE, "sum"], around)]))).toEqual([["block", "fire3", 5]]);
});

function dense() {
  const layers = ["a", "b", "c"].flatMap((name, at, names) => {
    const before = at ? `${names[at - 1]}+` : "data";
    return [layer(name, "convolution", [before]), layer(`${name}+`, "concatenation", [before, name])];
  });
  const blocks = ["a", "b", "c"].map((name, at) =>
    block(`dense layer ${at + 1}`, "dense layer", [name, `${name}+`], {
      branches: [[], [name]],
      join: `${name}+`,
      inputs: [at ? `dense layer ${at}` : "data"],
      group: "dense block 1",
    }),
  );
  return of(layers, blocks);
}

test("dense layers in a row stand as one, and read what is before all of them", () => {
  const [group, ...rest] = dense();
  expect(rest).toEqual([]);
  expect(group).toMatchObject({ form: "group", name: "dense block 1", reads: ["data"] });
  expect(group?.members.map(({ name }) => name)).toEqual(["dense layer 1", "dense layer 2", "dense layer 3"]);
  expect(group?.output.name).toBe("c+");
});

test("what is chosen within opens a unit; its output does where a person has opened it", () => {
  const group = dense()[0] as Unit;
  const [first, , last] = group.members as [Unit, Unit, Unit];
  expect(opens(group)).toBe(true);
  expect(isOpen(group, "data", group.key)).toBe(false);
  expect([isOpen(group, "b", ""), isOpen(first, "b", "")]).toEqual([true, false]);
  expect([isOpen(group, "c+", ""), isOpen(group, "c+", group.key), isOpen(group, "c+", last.key)]).toEqual([
    false,
    true,
    true,
  ]);
  expect([isOpen(last, "c+", group.key), isOpen(last, "c+", last.key)]).toEqual([false, true]);
});
