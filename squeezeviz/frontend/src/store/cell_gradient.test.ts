import { effect } from "@preact/signals-core";
import { expect, test } from "vitest";
import { soon } from "../testing.ts";
import { MODEL, photoSaid, storeOf } from "./testing.ts";
import type { Attribution } from "./types.ts";

async function opened() {
  const made = storeOf();
  made.say(MODEL);
  made.say(...photoSaid("p", [1, 3, 2]));
  await soon(() => expect(made.store.photos.photo()?.id).toBe("p"));
  return made;
}

const answer = (id: string, value: number): [Record<string, unknown>, Record<string, ArrayBufferView>] => [
  { kind: "attribution", id, attribution: { value, shape: [1, 1, 2] } },
  { values: Float32Array.of(value, -value) },
];

test("nothing is asked until it is turned on, and then once the pointer rests", async () => {
  const { store, say, asked } = await opened();
  const shown: (Attribution | null | undefined)[] = [];
  effect(() => void shown.push(store.cellGradient.of()?.known));
  store.selection.point({ channel: 0, cell: [0, 0] });
  expect(asked("attribution")).toEqual([]);
  store.cellGradient.turn(true);
  store.selection.point({ channel: 1, cell: [0, 0] }); // before it rests: only the last is asked about
  await soon(() => expect(asked("attribution")).toHaveLength(1));
  const [first] = asked("attribution");
  expect(first).toMatchObject({ method: "input-x-gradient", layer: "conv1", channel: 1, cell: [0, 0], photo: "p" });
  say(...answer(first?.id ?? "", 5));
  await soon(() => expect(shown.at(-1)?.value).toBe(5));
  expect([...(shown.at(-1)?.values ?? [])]).toEqual([5, -5]);
  store.cellGradient.turn(false);
  expect(shown.at(-1)).toBeUndefined();
});

test("another cell waits for the answer to the one before, and those between are left out", async () => {
  const { store, say, asked } = await opened();
  effect(() => void store.cellGradient.of());
  store.cellGradient.turn(true);
  store.selection.point({ channel: 0, cell: [0, 0] });
  await soon(() => expect(asked("attribution")).toHaveLength(1));
  store.selection.point({ channel: 1, cell: [0, 0] });
  await new Promise((resolve) => setTimeout(resolve, 60)); // as long as a pointer rests, and more
  expect(asked("attribution")).toHaveLength(1);
  say(...answer(asked("attribution")[0]?.id ?? "", 1));
  await soon(() => expect(asked("attribution").map(({ channel }) => channel)).toEqual([0, 1]));
});

test("a cell that the layer has not is not asked about", async () => {
  const { store, asked } = await opened();
  effect(() => void store.cellGradient.of());
  store.cellGradient.turn(true);
  store.selection.point({ channel: 7, cell: [0, 0] });
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(asked("attribution")).toEqual([]);
});

test("each place of an attribution has one question on its way", async () => {
  const { store, later, say, asked } = await opened();
  effect(() => void later.questions.attribution("grad-cam", null, "First method"));
  effect(() => void later.questions.attribution("saliency", null, "Second method"));
  expect(asked("attribution").map(({ method }) => method)).toEqual(["grad-cam", "saliency"]);
  store.selection.chooseClass(2);
  store.selection.chooseClass(0);
  expect(asked("attribution")).toHaveLength(2);
  say(...answer(asked("attribution")[0]?.id ?? "", 1));
  await soon(() => expect(asked("attribution")).toHaveLength(3));
  expect(asked("attribution")[2]).toMatchObject({ method: "grad-cam", class_index: 0 });
});
