import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  Reflect.deleteProperty(globalThis, Symbol.for("squeezeviz.runtime"));
});

async function copy() {
  vi.resetModules();
  const [{ runtimeOf }, signals] = await Promise.all([import("./runtime.ts"), import("@preact/signals-core")]);
  return { runtimeOf, signals };
}

test("copies of a bundle share the runtime of the first: what it holds reaches all of them", async () => {
  const [one, other] = [await copy(), await copy()];
  expect(one.signals.signal).not.toBe(other.signals.signal);
  const make = ({ signals }: typeof one) => {
    const layer = signals.signal("conv1");
    const heard: string[] = [];
    return { layer, heard, view: () => signals.effect(() => void heard.push(layer.value)) };
  };
  const first = one.runtimeOf(() => make(one), "a");
  const second = other.runtimeOf(() => make(other), "a");
  second.view();
  first.layer.value = "fire2/concat";
  expect(second.heard).toEqual(["conv1", "fire2/concat"]);
});

test("a bundle of other sources has a runtime of its own", async () => {
  const { runtimeOf } = await copy();
  const made = runtimeOf(() => ({}), "a");
  expect(runtimeOf(() => ({}), "b")).not.toBe(made);
  expect(runtimeOf(() => ({}), "a")).toBe(made);
});
