import { beforeEach, expect, test } from "vitest";
import { MODEL, storeOf } from "./testing.ts";

const NAMES = ["stem", "a", "a+", "b", "b+", "end"];
const layers = NAMES.map((name, at) => ({
  name,
  kind: name.endsWith("+") ? "concatenation" : "convolution",
  shape: [2 + at, 4, 4],
  inputs: [NAMES[at - 1] ?? "data", ...(name.endsWith("+") ? [NAMES[at - 2]] : [])],
}));
const plain = { kind: "plain", branches: [], join: null, group: null };
const block = (name: string, inputs: string[]) => ({ ...plain, name, layers: [name], inputs, output: name });
const dense = (name: string, at: number, inputs: string[]) => ({
  ...{ kind: "dense layer", name: `dense layer ${at}`, layers: [name, `${name}+`], branches: [[], [name]] },
  ...{ join: `${name}+`, inputs, output: `${name}+`, group: "dense block 1" },
});
const blocks = [
  block("stem", ["data"]),
  dense("a", 1, ["stem"]),
  dense("b", 2, ["dense layer 1"]),
  block("end", ["dense layer 2"]),
];

function diagramOf() {
  const { store, say } = storeOf({ layer: "stem" });
  say({ ...MODEL, layers, blocks });
  const { diagram, traits } = store;
  const seen = () => ({ layer: traits.get("layer"), units: diagram.standing().map(({ name }) => name) });
  return { diagram, seen };
}

let { diagram, seen } = diagramOf();
beforeEach(() => {
  ({ diagram, seen } = diagramOf());
});

const CLOSED = ["stem", "dense block 1", "end"];
const OPEN = ["stem", "dense layer 1", "dense layer 2", "end"];

test("one steps from unit to unit, and stays at the ends", () => {
  expect(seen()).toEqual({ layer: "stem", units: CLOSED });
  expect([diagram.step(-1), diagram.step(1), seen().layer]).toEqual([false, true, "b+"]);
  expect([diagram.step(Infinity), seen().layer]).toEqual([true, "end"]);
  expect([diagram.step(-Infinity), seen().layer]).toEqual([true, "stem"]);
});

test("Enter opens the group and closes it; within, one steps from layer to layer and it stays open up to its last", () => {
  diagram.step(1);
  diagram.toggle();
  expect(seen()).toEqual({ layer: "b+", units: OPEN });
  diagram.step(-1);
  expect(seen()).toEqual({ layer: "a+", units: OPEN });
  diagram.step(1);
  expect(seen()).toEqual({ layer: "b+", units: OPEN });
  diagram.step(1);
  expect(seen()).toEqual({ layer: "end", units: CLOSED });
});

test("within a unit the arrows go through its layers, and open what was closed", () => {
  diagram.step(1);
  diagram.stepInside(-1);
  expect(seen()).toEqual({ layer: "a+", units: OPEN });
  expect(diagram.here()?.name).toBe("dense layer 1");
  diagram.stepInside(-1);
  expect(seen().layer).toBe("a");
  expect(diagram.open()).toEqual(new Set(["group of a", "a"]));
  expect([diagram.stepInside(-1), seen().layer]).toEqual([false, "a"]);
});

test("whoever opens a group hears of it, so that the focus goes to what stands there now", () => {
  expect(diagram.toggle()).toBe(false); // a layer alone has nothing in it
  diagram.step(1);
  expect([diagram.toggle(), seen().units]).toEqual([true, OPEN]);
  ({ diagram, seen } = diagramOf());
  diagram.step(1);
  expect([diagram.stepInside(1), seen().units]).toEqual([true, OPEN]);
});

test("a click opens, the next one closes what was opened, and no more than that", () => {
  const [, group] = diagram.units();
  if (group) diagram.press(group);
  const last = diagram.standing()[2];
  if (last) diagram.press(last);
  expect(diagram.open()).toEqual(new Set(["group of a", "b"]));
  if (last) diagram.press(last);
  expect(diagram.open()).toEqual(new Set(["group of a"]));
  if (last) diagram.fold(last);
  expect(seen()).toEqual({ layer: "b+", units: CLOSED });
});

test("another choice that opens nothing is no change of what stands there", () => {
  const before = diagram.standing();
  diagram.step(Infinity);
  expect(diagram.standing()).toBe(before);
});
