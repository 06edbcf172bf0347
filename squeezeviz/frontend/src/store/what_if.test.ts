import { effect } from "@preact/signals-core";
import { expect, test, vi } from "vitest";
import { soon } from "../testing.ts";
import { MODEL, photoSaid, storeOf } from "./testing.ts";
import type { Trial } from "./what_if.ts";

async function opened() {
  const made = storeOf();
  made.say(MODEL);
  made.say(...photoSaid("p", [1, 3, 2]));
  await soon(() => expect(made.store.photos.photo()?.id).toBe("p"));
  return made;
}

const progress = (id: string, done: number): [Record<string, unknown>, Record<string, ArrayBufferView>] => [
  { kind: "progress", id, work: "ablation_sweep", done, total: 2, is_whole: done === 2, best: 1, channels: [] },
  {
    logits: Float32Array.of(1, NaN),
    probabilities: Float32Array.of(0.5, NaN),
    best_classes: Uint16Array.of(1, 0),
    best_probabilities: Float32Array.of(0.5, NaN),
  },
];

test("each state of a trial is another one, and whoever has read it is told", async () => {
  const { later, say, asked } = await opened();
  const heard: (Trial | null)[] = [];
  effect(() => void heard.push(later.whatIf.of("ablation_sweep", {})));
  later.whatIf.start("ablation_sweep", {});
  await soon(() => expect(heard.at(-1)?.state).toBe("running"));
  const id = asked("begin")[0]?.id ?? "";
  say(...progress(id, 1));
  await soon(() => expect(heard.at(-1)?.done).toBe(1));
  say(...progress(id, 2));
  await soon(() => expect(heard.at(-1)?.state).toBe("whole"));
  expect(heard.map((trial) => [trial?.state, trial?.done])).toEqual([
    [undefined, undefined],
    ["running", 0],
    ["running", 1],
    ["whole", 2],
  ]);
  expect(heard.at(-1)?.made?.answer).toBe(1);
});

test("another class is tried anew, and what is stopped stays as it is", async () => {
  const { store, later, say, asked } = await opened();
  later.whatIf.start("ablation_sweep", {});
  say(...progress(asked("begin")[0]?.id ?? "", 1));
  store.selection.chooseClass(2);
  expect(later.whatIf.of("ablation_sweep", {})).toMatchObject({ state: "running", done: 0 });
  expect(asked("begin").map(({ class_index }) => class_index)).toEqual([1, 2]);
  expect(later.whatIf.stop()).toBe(true);
  expect([later.whatIf.of("ablation_sweep", {})?.state, later.whatIf.stop()]).toEqual(["stopped", false]);
});

test("what has been found stays while the kernel is silent, and what was under way is stopped", async () => {
  const { store, later, say, asked } = await opened();
  later.whatIf.start("ablation_sweep", {});
  say(...progress(asked("begin")[0]?.id ?? "", 2));
  vi.useFakeTimers();
  try {
    later.whatIf.start("occlusion", {});
    vi.advanceTimersByTime(12_000);
  } finally {
    vi.useRealTimers();
  }
  expect(store.isSilent()).toBe(true);
  expect(later.whatIf.of("ablation_sweep", {})).toMatchObject({ state: "whole", done: 2 });
  expect(later.whatIf.of("occlusion", {})?.state).toBe("stopped");
  expect(later.whatIf.start("occlusion", {})).toBeNull();
  store.selection.chooseClass(2);
  expect(later.whatIf.of("ablation_sweep", {})).toBeNull();
  expect(asked("begin")).toHaveLength(2);
});
