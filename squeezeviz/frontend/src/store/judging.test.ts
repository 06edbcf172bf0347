import { expect, test } from "vitest";
import { soon } from "../testing.ts";
import { findingKey } from "./judging.ts";
import { MODEL, photoSaid, storeOf } from "./testing.ts";

async function opened() {
  const made = storeOf();
  made.say(MODEL);
  made.say(...photoSaid("p", [1, 3, 2]));
  await soon(() => expect(made.store.photos.photo()?.id).toBe("p"));
  made.later.judging.choose(["saliency", "grad-cam"]);
  const judged = (id: string, method: string, measure: string, is_whole = false, value: number | null = 0.5) => {
    const finding = { method, measure, stage: 0, value, curve: [], shape: [1, 1], problem: "" };
    const about = { done: 1, total: 2, is_whole, samples: 3, radius: 2, stages: ["conv1"], findings: [finding] };
    const map = { [`maps/${method}`]: Float32Array.of(1) };
    made.say({ kind: "judged", id, ...about }, measure === "map" ? map : {});
  };
  return { ...made, judging: made.later.judging, judged };
}

test("findings come one by one, and what was there stays when a method is added", async () => {
  const { judging, judged, asked } = await opened();
  expect([judging.of(), asked("judge").length]).toEqual([null, 0]);
  judging.start();
  const [first] = asked("judge");
  expect(first).toMatchObject({ photo: "p", class_index: 1, contrast_class: null, methods: ["saliency", "grad-cam"] });
  judged(first?.id ?? "", "saliency", "map", false, null);
  judged(first?.id ?? "", "saliency", "deletion", true);
  expect(judging.of()).toMatchObject({ state: "whole", about: { stages: ["conv1"] } });
  expect(judging.of()?.maps.get("saliency")?.values).toEqual(Float32Array.of(1));
  judging.choose(["saliency"]);
  expect(asked("judge")).toHaveLength(1);
  judging.choose(["saliency", "layer-cam"]);
  expect(asked("judge")[1]).toMatchObject({ methods: ["saliency", "layer-cam"] });
  expect(judging.of()?.findings.get(findingKey("saliency", "deletion"))?.value).toBe(0.5);
  expect([judging.stop(), judging.of()?.state, judging.stop()]).toEqual([true, "stopped", false]);
  judged(asked("judge")[1]?.id ?? "", "layer-cam", "deletion");
  expect(judging.of()?.findings.has(findingKey("layer-cam", "deletion"))).toBe(false);
});

test("another class is another number; a failure is said where it belongs", async () => {
  const { store, judging, judged, asked, say } = await opened();
  judging.start();
  judged(asked("judge")[0]?.id ?? "", "saliency", "deletion", true);
  store.selection.chooseClass(2);
  expect(judging.of()).toBeNull();
  judging.start();
  say({ kind: "failed", id: asked("judge")[1]?.id, name: "p", message: "p: no" });
  await soon(() => expect(judging.of()).toMatchObject({ state: "failed", problem: "p: no" }));
});

test("a box is asked about maps that are there, and belongs to its photo", async () => {
  const { store, judging, judged, asked, say } = await opened();
  judging.start();
  judging.draw([1, 2, 3, 4]);
  expect(judging.pointing()).toBeNull();
  judged(asked("judge")[0]?.id ?? "", "grad-cam", "map", false, null);
  judging.pointing();
  const [request] = asked("pointing");
  expect(request).toMatchObject({ methods: ["grad-cam"], left: 1, top: 2, width: 3, height: 4, class_index: 1 });
  say({ kind: "pointing", id: request?.id, box: [0, 0, 1, 1], found: [{ method: "grad-cam", hit: true, share: 0.5 }] });
  expect(judging.pointing()?.known?.found[0]?.hit).toBe(true);
  say(...photoSaid("q", [1, 3, 2]));
  await soon(() => expect(store.photos.called("q")).not.toBeNull());
  store.traits.set({ photo: "q" });
  expect([judging.box(), judging.of()]).toEqual([null, null]);
});
