import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MODEL, photoSaid, storeOf, tensorSaid } from "./testing.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const layer = (name: string, inputs: string[]) => ({ name, kind: "convolution", shape: [2, 1, 1], inputs });
const NAMES = ["conv1", "conv2", "conv3", "conv4"];
const LAYERS = NAMES.map((name, at) => layer(name, NAMES.slice(Math.max(0, at - 1), at)));

/** A page that shows the first layer of a photo. */
async function shown() {
  const { store, say, asked } = storeOf();
  say({ ...MODEL, layers: LAYERS });
  say(...photoSaid("p", [1]));
  await vi.advanceTimersByTimeAsync(0);
  const layers = () => asked("tensor").map((each) => each.layer);
  const answer = () => {
    const { id, layer: of } = asked("tensor").at(-1) as { id: string; layer?: unknown };
    say(...tensorSaid(id, "p", String(of), [1, 2]));
  };
  store.tensors.of();
  answer();
  return { store, layers, answer };
}

test("layers come one after the other while nothing else is going on, the nearest first", async () => {
  const { layers, answer } = await shown();
  for (let count = 0; count < 3; count += 1) {
    vi.advanceTimersByTime(200);
    answer();
  }
  expect(layers()).toEqual(NAMES);
});

test("a layer that is pointed at comes before all others, at once, and is asked for once", async () => {
  const { store, layers, answer } = await shown();
  store.tensors.pointAt("conv4");
  vi.advanceTimersByTime(0);
  expect(layers()).toEqual(["conv1", "conv4"]);
  expect(store.tensors.of("conv4")).toBeNull(); // chosen while it is on its way
  answer();
  expect(store.tensors.of("conv4")?.layer).toBe("conv4");
  store.tensors.pointAt("no such layer");
  vi.advanceTimersByTime(0);
  expect(layers()).toEqual(["conv1", "conv4", "conv2"]);
});
