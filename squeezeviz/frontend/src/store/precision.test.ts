import { effect } from "@preact/signals-core";
import { expect, test } from "vitest";
import type { LayerLoss, PrecisionLost } from "../protocol.ts";
import { soon } from "../testing.ts";
import type { Resource } from "./resource.ts";
import { MODEL, photoSaid, storeOf } from "./testing.ts";
import type { Unit } from "./units.ts";

const loss = (layer: string, made: number, inherited: number, parts: string[] = []) =>
  ({ layer, made, inherited, with_layers: parts }) as unknown as LayerLoss;
const LAYERS = [loss("conv1", 0.02, 0), loss("conv2", 0.01, 0.04, ["norm"])];
const CHANGED = [{ photo: "p", name: "p.png", before: "cat", after: "dog" }];

async function opened() {
  const made = storeOf();
  made.say(MODEL);
  made.say(...photoSaid("p", [1, 3, 2]));
  await soon(() => expect(made.store.photos.photo()?.id).toBe("p"));
  const heard: (Resource<PrecisionLost> | null)[] = [];
  effect(() => void heard.push(made.store.precision.of()));
  const answer = () =>
    made.say({ kind: "precision", id: made.asked("precision").at(-1)?.id, lost: { layers: LAYERS, changed: CHANGED } });
  return { ...made, answer, last: () => heard.at(-1) };
}

test("it is measured when the diagram is to show it, for each precision by itself, and stops", async () => {
  const { store, say, asked, answer, last } = await opened();
  expect([asked("precision"), last()]).toEqual([[], null]);
  store.diagram.show("precision");
  expect(asked("precision")).toMatchObject([{ against: "int8", name: "net" }]);
  answer();
  store.precision.choose("fp16");
  expect(asked("precision").map(({ against }) => against)).toEqual(["int8", "fp16"]);
  expect(last()).toMatchObject({ known: null, before: null });
  say({ kind: "steps", id: asked("precision")[1]?.id, done: 1, total: 9 });
  expect(store.stop()).toBe(true);
  store.precision.choose("int8");
  expect(last()?.known?.layers).toHaveLength(2);
  store.diagram.show("activation");
  expect(last()?.known?.layers).toHaveLength(2); // it is chosen, whatever the diagram shows
  store.precision.choose("fp32");
  expect(last()).toBeNull();
  expect(asked("precision")).toHaveLength(2);
});

test("a file of one's own is held against only while it is on offer", async () => {
  const { store } = await opened();
  store.precision.choose("mine");
  expect(store.precision.chosen()).toBe("int8");
  store.precision.choose("fp32");
  expect([store.precision.chosen(), store.diagram.shows()]).toEqual(["fp32", "activation"]);
});

test("a model that was brought to the page is one; what the page has made itself stands as INT8", async () => {
  const { store, say, asked } = await opened();
  const model = (name: string, sha256: string) => ({ name, sha256, label_space: "", size_bytes: 0, used: "" });
  const models = [model("net INT8", "1a"), model("mine", "2b"), model("registered", "")];
  say({ kind: "setting", id: "", presets: [], models, samples: [] });
  expect(store.precision.files().map(({ name }) => name)).toEqual(["mine"]);
  store.precision.choose("mine");
  expect(asked("precision")).toMatchObject([{ against: "model", other: "mine" }]);
  expect(store.precision.name()).toBe("mine");
});

test("a difference and a number are asked of the network that was measured, once it is there", async () => {
  const { store, asked, say } = await opened();
  store.precision.choose("int8");
  store.precision.showDifference(true);
  const step = { layer: "conv1", channel: 0, cell: [1, 2] as [number, number] };
  expect([store.precision.difference(), store.precision.integers(step)]).toEqual([null, null]);
  const id = asked("precision")[0]?.id;
  say({ kind: "precision", id, lost: { other: "net INT8", layers: [{ ...LAYERS[0], scale: 1 }], changed: [] } });
  expect([store.precision.hasIntegers(), store.precision.difference()?.known]).toEqual([true, null]);
  expect(asked("loss_tensor")).toMatchObject([{ other: "net INT8", layer: "conv1", photo: "p" }]);
  store.precision.integers(step);
  expect(asked("integers")).toMatchObject([{ other: "net INT8", ...step }]);
  store.precision.choose("fp32");
  expect([store.precision.difference(), store.precision.integers(step)]).toEqual([null, null]);
});

test("another preprocessing is another question, and its name is sent along", async () => {
  const { store, asked } = await opened();
  store.precision.choose("int8");
  expect(store.diagram.shows()).toBe("precision");
  store.traits.set({ preset: "torchvision" });
  expect(asked("precision").map(({ preset }) => preset)).toEqual(["caffe2", "torchvision"]);
});

test("a part of a layer is that layer, a unit makes its largest error, and photos say what they change to", async () => {
  const { store, answer } = await opened();
  store.diagram.show("precision");
  answer();
  expect(store.precision.layer("norm")?.layer).toBe("conv2");
  const unit = { layers: [{ name: "conv1" }, { name: "conv2" }], output: { name: "conv2" } } as unknown as Unit;
  expect(store.precision.ofUnit(unit)).toEqual({ made: 0.02, inherited: 0.04 });
  expect(store.precision.change("p")?.after).toBe("dog");
  expect(store.precision.change("q")).toBeNull();
});

test("a page without a kernel says so, and asks nothing", async () => {
  const { store, say, asked, last } = await opened();
  say({ kind: "setting", id: "", presets: [], models: [], samples: [], abilities: [] });
  store.diagram.show("precision");
  expect(last()?.problem).toMatch(/takes a kernel, and this page has none: .*squeezeviz precision/);
  expect(asked("precision")).toEqual([]);
});

test("the answer in low precision is a difference of the softmax; of what is ablated, or stopped, that is said", async () => {
  const { store, say, asked } = await opened();
  const softmax = { name: "prob", kind: "softmax", shape: [3, 1, 1], inputs: ["conv2"] };
  say({ ...MODEL, logits: "conv2", layers: [...MODEL.layers, softmax] });
  store.precision.choose("int8");
  expect([store.precision.answer(), store.precision.obstacle()]).toEqual([null, ""]);
  const id = asked("precision").at(-1)?.id;
  store.precision.of();
  say({ kind: "steps", id, done: 1, total: 9 });
  store.stop();
  expect(store.precision.obstacle()).toBe("stopped");
  store.precision.choose("fp16");
  store.precision.of();
  const lost = { other: "", layers: [], changed: [] };
  say({ kind: "precision", id: asked("precision").at(-1)?.id, lost });
  store.precision.answer();
  expect(asked("loss_tensor")).toMatchObject([{ other: "", layer: "prob", photo: "p" }]);
  expect(store.precision.isBesideAblated()).toBe(false);
  store.traits.set({ ablated: { conv1: [0] } });
  expect(store.precision.isBesideAblated()).toBe(true);
});
