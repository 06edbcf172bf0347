import { expect, test, vi } from "vitest";
import { Network } from "../engine/network.ts";
import { filled, layer, STEP, weightsOf } from "../engine/testing.ts";
import { logitsOf } from "./answer.ts";
import { averaged } from "./averaged.ts";
import { tellPhotos } from "./photos.ts";
import { Queue } from "./queue.ts";
import type { Run } from "./runs.ts";
import type { Shown } from "./shown.ts";
import type { State } from "./state.ts";

const CROPS = [filled([3, 4, 4], 1), filled([3, 4, 4], 2)] as const;
const ABLATED = { channels: new Map([["a", [1]]]), fill: "zero" as const };

/** Two crops through a convolution and a mean of each of its channels. */
async function runOf(ablated?: typeof ABLATED): Promise<Run> {
  const network = await Network.open({
    ...{ input: "data", logits: "mean", weights: () => weightsOf([4, 3, 1, 1]) },
    layers: [layer("a", ["data"], [4, 4, 4]), layer("mean", ["a"], [4])],
    graphSpec: { a: { ...STEP, op: "Conv", relu: true }, mean: { ...STEP, op: "GlobalAveragePool" } },
  });
  const kept = network.run(CROPS[0], { ...(ablated && { ablated }) });
  const prepared = { pythons: null, crops: 2, input: (at = 0) => CROPS[at as 0 | 1] };
  return { prepared, ablated, network, kept, maps: (name: string) => kept.layer(name) } as unknown as Run;
}

/** Something else has been ablated since. */
const state = {
  contents: { model: { logits: "mean" }, is_sigmoid: false },
  traits: { ablated: { a: [0, 2] }, ablation_fill: "mean" },
} as unknown as State;

test("an answer is that of its own run, whatever is ablated meanwhile", async () => {
  const run = await runOf();
  const second = run.network.run(CROPS[1]).layer("mean").values;
  expect(await logitsOf(state, run)).toEqual(averaged([run.maps("mean").values, second], false));
});

test("of several crops the first one answers while something is ablated, as in Python", async () => {
  const run = await runOf(ABLATED);
  const logits = await logitsOf(state, run);
  expect(logits).toEqual(run.maps("mean").values);
  expect(logits[1]).toBe(0);
});

test("a photo that is removed before it is answered anew is not told of again", async () => {
  const [stage, other] = ["stage", "other"].map((id) => ({ id, name: id })) as unknown as [Shown, Shown];
  const there = new Map([stage, other].map((photo) => [photo.id, photo]));
  const asked = vi.fn(async () => Promise.reject(new Error("not computed in this test")));
  const told: unknown[] = [];
  const queue = new Queue();
  queue.add(async () => {
    await Promise.resolve();
    there.clear();
  });
  tellPhotos({
    choice: 0,
    ...{ queue, runs: { of: asked }, tell: (message: unknown) => told.push(message) },
    photos: { all: () => [...there.values()], find: (id: string) => there.get(id) ?? null },
    contents: { setting: { presets: [{ name: "own", preprocessing: {} }] } },
    traits: { photo: "stage", preset: "own", ablated: {}, ablation_fill: "zero" },
  } as unknown as State);
  await new Promise<void>((done) => queue.beside(async () => done()));
  expect(asked).not.toHaveBeenCalled();
  expect(told).toEqual([]);
});
