import { effect } from "@preact/signals-core";
import { expect, test, vi } from "vitest";
import type { EvidenceMessage } from "../protocol.ts";
import { soon } from "../testing.ts";
import { MODEL, photoSaid, storeOf, tensorSaid } from "./testing.ts";
import type { Photo } from "./types.ts";

async function opened() {
  const made = storeOf();
  made.say(MODEL);
  made.say(...photoSaid("p", [1, 3, 2]));
  await soon(() => expect(made.store.photos.photo()?.id).toBe("p"));
  return made;
}

test("a page asks for everything when it opens", () => {
  expect(storeOf().asked("ready")).toHaveLength(1);
});

test("one answer is heard once, however much follows from it", async () => {
  const { store, say } = await opened();
  const heard: unknown[] = [];
  effect(() => {
    const photo = store.photos.photo();
    heard.push([photo?.ranking[0], store.selection.classIndex(), store.photos.isWorking()]);
  });
  store.traits.set({ preset: "caffe2", ablated: { conv1: [0] } });
  say(...photoSaid("p", [4, 3, 2]));
  await soon(() => expect(store.photos.isWorking()).toBe(false));
  expect(heard).toEqual([
    [1, 1, false],
    [1, 1, true],
    [0, 0, false],
  ]);
  expect(store.photos.photo()?.untouched?.ranking[0]).toBe(1);
});

test("a layer is asked for once, and who has read it is told of it and of no other", async () => {
  const { store, say, asked } = await opened();
  const heard: unknown[] = [];
  effect(() => void heard.push(store.tensors.of("conv2")?.values[0] ?? null));
  store.tensors.of("conv2");
  // A slow machine has had the time to ask for others ahead.
  const requests = asked("tensor").filter(({ layer }) => layer === "conv2");
  expect(requests).toHaveLength(1);
  say(...tensorSaid("x", "p", "conv1", [7, 8]));
  say(...tensorSaid(requests[0]?.id ?? "", "p", "conv2", [1, 2, 3]));
  expect(heard).toEqual([null, 1]);
});

test("the strongest channel is chosen where none is", async () => {
  const { store, say } = await opened();
  store.selection.channel();
  say(...tensorSaid("x", "p", "conv1", [7, 8]));
  expect(store.selection.channel()).toBe(1);
  store.selection.chooseChannel(0);
  expect(store.selection.channel()).toBe(0);
});

test("a resource is kept, what failed says why, and the one before is shown meanwhile", async () => {
  const { store, say, asked } = await opened();
  const read = () =>
    store.resources.get<EvidenceMessage, string>(
      `about ${store.selection.classIndex()}`,
      { kind: "per_location", photo: "p" },
      ({ id }) => id,
    );
  const seen: unknown[] = [];
  effect(() => void seen.push(read()));
  say({ kind: "per_location", id: asked("per_location")[0]?.id ?? "" });
  store.selection.chooseClass(2);
  say({ kind: "failed", id: asked("per_location")[1]?.id ?? "", name: "", message: "no such class" });
  const first = asked("per_location")[0]?.id ?? null;
  await soon(() => expect(seen).toHaveLength(4));
  expect(seen).toEqual([
    { known: null, before: null, problem: "" },
    { known: first, before: first, problem: "" },
    { known: null, before: first, problem: "" },
    { known: null, before: first, problem: "no such class" },
  ]);
  store.selection.chooseClass(null);
  expect(read().known).toBe(first);
  expect(asked("per_location")).toHaveLength(2);
});

test("in its turn, what lies between is left out", async () => {
  const { store, say, asked } = await opened();
  store.traits.set({ compared: ["yours"], tuned: { mean: 1 } });
  effect(() => void store.preprocessings.comparedWith("yours"));
  store.traits.set({ tuned: { mean: 2 } });
  store.traits.set({ tuned: { mean: 3 } });
  expect(asked("variant")).toHaveLength(1);
  const about = { photo: "p", preset: "yours" };
  say(
    { kind: "variant", id: asked("variant")[0]?.id ?? "", ...about },
    { seen: new Uint8Array(1), logits: new Float32Array(3) },
  );
  await soon(() => expect(asked("variant")).toHaveLength(2));
  expect(asked("variant")[1]?.preprocessing).toEqual({ mean: 3 });
});

test("what was asked in vain is asked again when the kernel answers again", async () => {
  vi.useFakeTimers();
  try {
    const { store, later, say, asked } = storeOf();
    say(MODEL);
    effect(() => void later.questions.weights("conv1"));
    expect(asked("weights")).toHaveLength(1);
    vi.advanceTimersByTime(12_000);
    expect(store.isSilent()).toBe(true);
    say({ kind: "working", id: "p", name: "p" });
    expect(store.isSilent()).toBe(false);
    expect(asked("weights")).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});

test("a kernel that says it is still at work is not silent, however long that takes", async () => {
  const { store, say, asked } = await opened();
  vi.useFakeTimers();
  try {
    store.resources.get("two", { kind: "two_models", name: "b", photo: "p", other: "b" }, (message) => message);
    const [id] = asked("two_models").map((request) => request.id);
    for (let step = 0; step < 3; step += 1) {
      vi.advanceTimersByTime(11_000);
      say({ kind: "still", id });
    }
    expect(store.isSilent()).toBe(false);
    vi.advanceTimersByTime(12_000);
    expect(store.isSilent()).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test("an answer that takes longer than the kernel's silence is taken, and not asked for again", async () => {
  vi.useFakeTimers();
  try {
    const { store, later, say, asked } = storeOf();
    say(MODEL);
    const heard: unknown[] = [];
    effect(() => void heard.push(later.questions.weights("conv1")?.shape ?? null));
    vi.advanceTimersByTime(12_000);
    expect(store.isSilent()).toBe(true);
    const id = asked("weights")[0]?.id ?? "";
    say({ kind: "weights", id, shape: [1, 1, 1, 1] }, { kernels: new Float32Array(1), bias: new Float32Array(1) });
    expect(store.isSilent()).toBe(false);
    expect(heard.at(-1)).toEqual([1, 1, 1, 1]);
    expect(asked("weights")).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

test("a map is enlarged among the maps: where kernels were, it takes their place, and goes with the maps", () => {
  const { store } = storeOf({ kernels: true });
  store.selection.enlarge(true);
  expect([store.selection.isEnlarged(), store.traits.get("kernels")]).toEqual([true, false]);
  store.traits.set({ kernels: true });
  expect(store.selection.isEnlarged()).toBe(false);
  store.traits.set({ kernels: false });
  store.selection.enlarge(false);
  expect(store.selection.isEnlarged()).toBe(false);
});

test("a layer of the network before, asked for a moment too late, is no failure of a photo", () => {
  const { store, say, asked } = storeOf({ layer: "conv1" });
  say(MODEL);
  store.tensors.of("conv2", { id: "p", model: "net", preset: "caffe2" } as Photo);
  const [request] = asked("tensor");
  say({ ...MODEL, name: "other", layers: MODEL.layers.slice(0, 1) });
  const failed = { kind: "failed", id: request?.id, name: "conv2", message: "other has no layer 'conv2'" };
  say(failed);
  return Promise.resolve()
    .then()
    .then(() => expect(store.photos.failures()).toEqual([]));
});
