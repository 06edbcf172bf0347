import { signal } from "@preact/signals-core";
import { expect, test, vi } from "vitest";
import type { Store } from "../store/store.ts";
import { prefetch } from "./prefetch.ts";

function opened() {
  const [name, isWorking, fetch] = [signal(""), signal(true), vi.fn()];
  const store = {
    networks: { network: () => ({ name: name.value }) },
    isWorking: () => isWorking.value,
    secondPart: { fetch },
  } as unknown as Store;
  return { store, name, isWorking, fetch };
}

test("it is asked for once, when all is answered, drawn, and the browser idle", () => {
  const [frames, idle]: [(() => void)[], (() => void)[]] = [[], []];
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => frames.push(run));
  vi.stubGlobal("requestIdleCallback", (run: () => void) => idle.push(run));
  const { store, name, isWorking, fetch } = opened();
  const forget = prefetch(store);
  isWorking.value = false;
  expect(frames, "no model answers yet").toEqual([]);
  name.value = "net";
  frames.shift()?.();
  frames.shift()?.();
  expect([idle.length, fetch.mock.calls.length]).toEqual([1, 0]);
  idle.shift()?.();
  isWorking.value = true;
  isWorking.value = false;
  expect([fetch.mock.calls.length, frames.length]).toEqual([1, 0]);
  forget();
});

test("a browser that does not say when it is idle has it after a while", () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => run());
  vi.stubGlobal("requestIdleCallback", undefined);
  try {
    const { store, name, isWorking, fetch } = opened();
    [name.value, isWorking.value] = ["net", false];
    prefetch(store);
    expect(fetch).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(fetch).toHaveBeenCalledOnce();
  } finally {
    vi.useRealTimers();
  }
});
