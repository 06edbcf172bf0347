import { effect } from "@preact/signals-core";
import { expect, test } from "vitest";
import type { CostRow, Costs } from "../protocol.ts";
import { soon } from "../testing.ts";
import type { Resource } from "./resource.ts";
import { MODEL, photoSaid, storeOf } from "./testing.ts";
import type { Unit } from "./units.ts";

async function opened() {
  const made = storeOf();
  made.say(MODEL);
  made.say(...photoSaid("p", [1, 3, 2]));
  await soon(() => expect(made.store.photos.photo()?.id).toBe("p"));
  const heard: (Resource<Costs> | null)[] = [];
  effect(() => void heard.push(made.store.cost.of()));
  return { ...made, last: () => heard.at(-1) };
}

const row = (name: string, ms: number, limit: CostRow["limit"], layers = [name]) =>
  ({ name, layers, ms, limit }) as unknown as CostRow;
const ROWS = [row("conv1", 3, "memory", ["conv1", "sum"]), row("conv2", 1, "compute"), row("conv2", 5, null, [])];

test("nothing is measured until it is to be seen, once, and anew when that is wanted", async () => {
  const { store, say, asked, last } = await opened();
  expect([asked("cost"), last()]).toEqual([[], null]);
  store.diagram.show("cost");
  expect(asked("cost")).toMatchObject([{ name: "net" }]);
  say({ kind: "steps", id: asked("cost")[0]?.id, done: 2, total: 9 });
  expect(last()?.steps).toMatchObject({ done: 2, total: 9 });
  say({ kind: "cost", id: asked("cost")[0]?.id, costs: { rows: ROWS } });
  expect(last()?.known?.rows).toHaveLength(3);
  store.diagram.show("activation");
  store.diagram.show("cost");
  expect(asked("cost")).toHaveLength(1);
  store.cost.measureAgain();
  expect(asked("cost")).toHaveLength(2);
  expect(last()).toMatchObject({ known: null, before: { rows: ROWS } });
});

test("it stops like all that takes long", async () => {
  const { store, say, asked, last } = await opened();
  store.diagram.show("cost");
  const id = asked("cost")[0]?.id;
  say({ kind: "steps", id, done: 1, total: 9 });
  expect(store.stop()).toBe(true);
  expect(asked("stop")).toMatchObject([{ id }]);
  expect(last()?.steps?.isStopped).toBe(true);
});

test("a layer's row is the one in which it is computed, and a unit has each of its rows once", async () => {
  const { store, say, asked } = await opened();
  store.diagram.show("cost");
  say({ kind: "cost", id: asked("cost")[0]?.id, costs: { rows: ROWS } });
  expect(store.cost.row("sum")?.name).toBe("conv1");
  expect(store.cost.row("conv2")?.ms).toBe(1);
  expect(store.cost.row("none")).toBeNull();
  const unit = (...names: string[]) => ({ layers: names.map((name) => ({ name })) }) as unknown as Unit;
  expect(store.cost.ofUnit(unit("conv1", "sum"))).toEqual({ ms: 3, limit: "memory" });
  expect(store.cost.ofUnit(unit("conv2"))).toEqual({ ms: 6, limit: null });
});

test("a page without a kernel says so, and asks nothing", async () => {
  const { store, say, asked, last } = await opened();
  say({ kind: "setting", id: "", presets: [], models: [], samples: [], abilities: [] });
  store.diagram.show("cost");
  expect(last()?.problem).toMatch(/takes a kernel, and this page has none: .*squeezeviz profile/);
  expect(asked("cost")).toEqual([]);
});
