import { effect } from "@preact/signals-core";
import { expect, test, vi } from "vitest";
import type { LayerLoss, PrecisionLost } from "../protocol.ts";
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
  await vi.waitFor(() => expect(made.store.photos.photo()?.id).toBe("p"));
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
  expect(last()).toBeNull();
  expect(asked("precision")).toHaveLength(2);
});

test("a second network is held against only while there is one", async () => {
  const { store } = await opened();
  store.precision.choose("model");
  expect(store.precision.against()).toBe("int8");
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
