import { expect, test } from "vitest";
import { MODEL, storeOf } from "../store/testing.ts";
import { chosen, restore } from "./remember.ts";

const SETTING = { kind: "setting", id: "", presets: [], models: [], limit_bytes: 1, abilities: [], atlas: null };
const samples = ["coffee", "hopper"].map((name) => ({ name, title: name }));

function page(given: string[] = []) {
  const made = storeOf({ given });
  made.say({ ...SETTING, samples });
  made.say(MODEL);
  return made;
}

test("what was chosen and the samples on the page come back after a reload; a person's own photos can't", () => {
  const { store } = page();
  store.photos.working("1", "coffee");
  store.photos.working("2", "mine.jpg");
  store.traits.set({ layer: "conv2", channel: 2 });
  const kept = JSON.parse(JSON.stringify(chosen(store)));

  const again = page();
  restore(again.store, kept);
  expect(again.asked("sample").map(({ name }) => name)).toEqual(["coffee"]);
  expect([again.store.traits.get("layer"), again.store.traits.get("channel")]).toEqual(["conv2", 2]);
});

test("what whoever made the page has chosen stays, and what is there is not asked for again", () => {
  const { store, asked } = page(["layer"]);
  store.photos.working("1", "coffee");
  restore(store, { layer: "conv2", channel: 2, samples: ["coffee", "hopper"] });
  expect([store.traits.get("layer"), store.traits.get("channel")]).toEqual(["conv1", 2]);
  expect(asked("sample").map(({ name }) => name)).toEqual(["hopper"]);
});

test("nothing was kept: nothing changes", () => {
  const { store, asked } = page();
  restore(store, {});
  expect([store.traits.get("layer"), asked("sample")]).toEqual(["conv1", []]);
});

test("the model's own preprocessing is not kept: the next page's model has its own", () => {
  const made = page();
  const { store } = made;
  made.say({ ...MODEL, preprocessing: "caffe2" });
  store.traits.set({ preset: "caffe2" });
  expect(chosen(store)).not.toHaveProperty("preset");
  store.traits.set({ preset: "no-mean" });
  expect(chosen(store).preset).toBe("no-mean");
});
