import { afterEach, expect, test, vi } from "vitest";
import { filled, layer, STEP, weightsOf } from "../engine/testing.ts";
import type { Described } from "../preprocessing/description.ts";
import type { Carried } from "./contents.ts";
import { Superseded } from "./queue.ts";
import { Runs } from "./runs.ts";
import type { Shown } from "./shown.ts";

const OWN = weightsOf([4, 3, 1, 1]);
const [ONE, OTHER, THIRD] = ["one", "other", "third"].map((name) => ({
  ...{ name, crop_px: 4, channel_order: "rgb" },
})) as unknown as [Described, Described, Described];

/** A convolution and a mean of each of its channels. */
function runs(): Runs {
  const layers = [layer("a", ["data"], [4, 4, 4]), layer("mean", ["a"], [4])];
  const contents = {
    ...{ input: "data", sizes: [], weights: { a: { shape: OWN.shape, block: 0, halves: 0 } } },
    model: { input: [3, 4, 4], layers, logits: "mean" },
    graph_spec: { a: { ...STEP, op: "Conv", relu: true }, mean: { ...STEP, op: "GlobalAveragePool" } },
  };
  const blocks = { numbers: async () => Float32Array.of(...OWN.kernels, ...OWN.bias) };
  return new Runs({ contents, blocks } as unknown as Carried, () => undefined);
}

function photo(serial: number): Shown {
  const input = () => filled([3, 4, 4], serial);
  return {
    serial,
    prepared: async (_: unknown, how: Described) => ({ how, input, pythons: null }),
  } as unknown as Shown;
}

afterEach(() => void vi.restoreAllMocks());

test("a frame runs into the memory of the one before, in each preprocessing that is looked at", async () => {
  const all = runs();
  const first = photo(1);
  const [one, other] = [await all.of(first, { preset: ONE }), await all.of(first, { preset: OTHER })];
  expect(other.kept).not.toBe(one.kept);
  all.forget(first);
  const second = photo(2);
  expect((await all.of(second, { preset: OTHER })).kept).toBe(other.kept);
  expect((await all.of(second, { preset: ONE })).kept).toBe(one.kept);
});

test("no more memory is kept than of three runs and one to spare", async () => {
  const all = runs();
  const kept = new Set<unknown>();
  for (let serial = 1; serial <= 9; serial += 1) {
    const shown = photo(serial);
    for (const preset of [ONE, OTHER, THIRD]) kept.add((await all.of(shown, { preset })).kept);
    if (serial % 2) all.forget(shown);
  }
  expect(kept.size).toBeLessThanOrEqual(4);
});

test("what is left on the way is gone on from, and is right in the end", async () => {
  const [all, plain] = [runs(), runs()];
  const first = photo(1);
  const { kept } = await all.of(first, { preset: ONE });
  all.forget(first);
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += 100;
    return now;
  });
  const second = all.of(photo(2), { preset: ONE, isWanted: () => false });
  await expect(second).rejects.toThrow(Superseded);
  const third = photo(3);
  const run = await all.of(third, { preset: ONE });
  expect(run.kept).toBe(kept);
  const expected = (await plain.of(third, { preset: ONE })).maps("mean").values;
  expect([...run.maps("mean").values]).toEqual([...expected]);
});
