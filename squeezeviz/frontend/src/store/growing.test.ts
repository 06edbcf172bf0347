import { expect, test, vi } from "vitest";
import { soon } from "../testing.ts";
import { nameOf } from "./growing.ts";
import { MODEL, photoSaid, storeOf, tensorSaid } from "./testing.ts";

async function opened() {
  const made = storeOf();
  made.say(MODEL);
  made.say(...photoSaid("p", [1, 3, 2]));
  await soon(() => expect(made.store.photos.photo()?.id).toBe("p"));
  made.say(...tensorSaid("t", "p", "conv1", [1, 2]));
  const { growing } = made.later.moving;
  const grown = (at: number, more: Record<string, unknown> = {}) => {
    const about = { done: 8, total: 16, is_whole: false, size: [1, 1], words: "mean", unit: "u", best: 0, ...more };
    const told = { values: [5], at_start: null, strongest: null, compared: 0, photos: 1, ...about };
    const pixels = new Uint8Array(3 * (told.values as number[]).length).fill(at);
    made.say({ kind: "grown", id: made.asked("grow")[at]?.id, ...told }, { pixels });
  };
  return { ...made, growing, grown };
}

/** What a kernel says of the frame that it was sent last. */
function answered({ asked, say }: Awaited<ReturnType<typeof opened>>) {
  const frame = asked("frame").at(-1);
  const about = { model: "net", preset: "caffe2", name: "g", layers: null, notes: [], times: {}, kernel_ms: 1 };
  const buffers = { logits: Float32Array.from([1, 2, 3]), seen: new Uint8Array(3) };
  say({ kind: "frame", id: frame?.id, photo: frame?.photo, seen_size: [1, 1], tensors: [], ...about }, buffers);
  return frame;
}

test("it is asked for as is chosen, and what is the strongest stays chosen", async () => {
  const { growing, asked, store } = await opened();
  growing.choose({ seed: 3, steps: 128 });
  growing.start("anew");
  expect(asked("grow")[0]).toMatchObject({
    ...{ layer: "conv1", channel: 1, cell: null, seed: 3, steps: 128, begin: "anew", photo: "", aim: "most" },
  });
  expect(store.traits.get("channel")).toBe(1);
  expect([growing.isRunning(), growing.isOfChosen()]).toEqual([true, true]);
});

test("each state is shown to the network, the latest wins, and the first comes on the stage", async () => {
  vi.stubGlobal("document", { ...document, createElement: () => fakeCanvas(), hidden: false });
  const made = await opened();
  const { growing, grown, asked, store } = made;
  growing.start("anew");
  grown(0);
  grown(0, { done: 12 });
  grown(0, { done: 14 });
  expect(asked("frame")).toHaveLength(1);
  expect(asked("frame")[0]).toMatchObject({ source: "grown", width: 1, height: 1, name: "grown, mean" });
  answered(made);
  expect(asked("frame")).toHaveLength(2);
  const id = asked("frame")[0]?.photo as string;
  expect([store.traits.get("photo"), growing.isOnStage(), growing.isOf(id)]).toEqual([id, true, true]);
  expect(store.photos.called(id)).toMatchObject({ isGrown: true, isMoving: true });
  grown(0, { is_whole: true, done: 16 });
  answered(made);
  answered(made);
  expect(store.photos.called(id)?.isMoving).toBe(false);
  store.traits.set({ photo: "p" });
  growing.start("on");
  grown(1);
  expect(asked("frame")).toHaveLength(3);
  growing.show(0);
  expect([store.traits.get("photo"), asked("frame").length]).toEqual([id, 4]);
  vi.unstubAllGlobals();
});

test("while it grows it goes on for what is chosen then; stopped it stays", async () => {
  vi.useFakeTimers();
  const { growing, asked, store, grown } = await opened();
  growing.start("anew");
  grown(0);
  store.traits.set({ channel: 0 });
  expect(asked("grow")).toHaveLength(1);
  vi.advanceTimersByTime(500);
  expect(asked("grow")[1]).toMatchObject({ channel: 0, begin: "on" });
  expect(growing.last()?.pictures).toHaveLength(1);
  grown(0, { done: 15 });
  expect(growing.last()?.done, "of the one before").toBe(0);
  expect([store.stop(), growing.last()?.state, growing.stop()]).toEqual([true, "stopped", false]);
  expect(asked("stop")).toHaveLength(2);
  store.traits.set({ channel: 1 });
  vi.advanceTimersByTime(500);
  expect(asked("grow")).toHaveLength(2);
  expect(growing.isOfChosen()).toBe(false);
  vi.useRealTimers();
});

test("a failure is said where it belongs; another model's picture is let go", async () => {
  const { growing, asked, say, grown, store } = await opened();
  growing.choose({ subject: "class" });
  growing.start("anew");
  expect(asked("grow")[0]).toMatchObject({ layer: null, class_index: 1 });
  expect(store.traits.get("class_index")).toBe(1);
  grown(0);
  say({ kind: "failed", id: asked("grow")[0]?.id, name: "the picture", message: "no gradient" });
  await soon(() => expect(growing.last()).toMatchObject({ state: "failed", problem: "no gradient" }));
  expect(growing.last()?.pictures).toHaveLength(1);
  expect(store.photos.failures()).toEqual([]);
  say({ ...MODEL, name: "another" });
  expect(growing.last()).toBeNull();
});

test("it is kept under what it is", async () => {
  const { growing, asked, grown } = await opened();
  growing.start("anew");
  grown(0);
  growing.keep();
  expect(asked("freeze")[0]).toMatchObject({ name: "grown, mean", width: 1, height: 1, source: "grown" });
  expect(nameOf({ aim: "least", words: "x" })).toBe("grown, least x");
});

function fakeCanvas() {
  const context = { createImageData: () => ({ data: new Uint8Array(4) }), putImageData: () => undefined };
  return { width: 1, height: 1, getContext: () => context };
}
