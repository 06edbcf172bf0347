import { expect, test } from "vitest";
import { MODEL, photoSaid, storeOf, tensorSaid } from "../../store/testing.ts";
import type { Logits } from "../../store/types.ts";
import { compared, mapSides, rowsOf } from "./comparison.ts";

function answer(logits: number[]): Logits {
  const ranking = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0));
  return { logits: Float32Array.from(logits), probabilities: Float64Array.from(logits, (each) => each / 100), ranking };
}

test("the classes are the five best of both, and those that are watched", () => {
  const [first, second] = [answer([9, 8, 7, 6, 5, 0, 0, 1]), answer([0, 8, 7, 6, 5, 9, 1, 0])];
  const rows = rowsOf(first, second, [6, 1, 1000]);
  expect(rows.map(({ index }) => index)).toEqual([5, 1, 2, 3, 4, 6, 0]);
  expect(rows[0]).toEqual({ index: 5, probabilities: [0, 0.09], logits: [0, 9], change: 9 });
  expect(rows.at(-1)?.change).toBe(-9);
});

async function page(held: { layer: string; channel: number }) {
  const { store, say } = storeOf({ held: { photo: "p", class_index: 0, ...held } });
  say(MODEL);
  for (const id of ["p", "q"]) say(...photoSaid(id, [1, 2]));
  await new Promise((resolve) => setTimeout(resolve));
  for (const id of ["p", "q"]) say(...tensorSaid("", id, "conv1", [1, 5]));
  return store;
}

test("of one layer the same channel of both photos is compared, whichever was chosen when one was held", async () => {
  const store = await page({ layer: "conv1", channel: 0 });
  store.traits.set({ photo: "q" });
  const sides = mapSides(store);
  expect(sides).toMatchObject({ title: "conv1, channel 1", isRanked: true });
  expect([sides?.first.name, sides?.second.name]).toEqual(["p", "q"]);
  expect([sides?.first.channel, sides?.second.channel]).toEqual([1, 1]);
  expect(sides?.first.tensor?.key).not.toBe(sides?.second.tensor?.key);
});

test("of two layers each has its own channel, and the photos are named where they differ", async () => {
  const store = await page({ layer: "conv2", channel: 2 });
  const names = () => [mapSides(store)?.first.name, mapSides(store)?.second.name];
  expect(names()).toEqual(["conv2 · 2", "conv1 · 1"]);
  store.traits.set({ photo: "q" });
  expect(names()).toEqual(["p, conv2 · 2", "q, conv1 · 1"]);
  expect(mapSides(store)?.isRanked).toBe(false);
});

test("nothing is compared while nothing is held", async () => {
  const store = await page({ layer: "conv1", channel: 0 });
  expect(compared(store)).not.toBeNull();
  store.selection.letGo();
  expect([compared(store), mapSides(store)]).toEqual([null, null]);
});
