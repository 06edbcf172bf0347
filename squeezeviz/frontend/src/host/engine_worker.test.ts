import { expect, test, vi } from "vitest";
import type { FromEngine } from "./door.ts";
import { EngineWorker } from "./engine_worker.ts";

/** A worker that the test speaks for. */
function fake() {
  const worker = { onmessage: null, onerror: null } as unknown as Worker;
  const port = new EngineWorker(worker);
  const say = (data: FromEngine) => worker.onmessage?.({ data } as MessageEvent<FromEngine>);
  const fail = (message: string) => worker.onerror?.({ message, preventDefault: vi.fn() } as unknown as ErrorEvent);
  return { port, say, fail };
}

const told = (id: string): FromEngine => ({ kind: "told", content: { id }, buffers: [] });
const refused: FromEngine = { kind: "refused", problem: "no" };

test("what a worker says before anybody listens is heard by whoever listens first, in its order", async () => {
  const { port, say } = fake();
  say({ kind: "here" });
  expect(await port.isHere).toBe(true);
  say(refused);
  say(told("a"));
  const [first, second] = [vi.fn(), vi.fn()];
  port.onmessage = ({ data }) => {
    first(data);
    port.onmessage = (event) => second(event.data);
  };
  say(told("b"));
  expect(first.mock.calls).toEqual([[refused]]);
  expect(second.mock.calls).toEqual([[told("a")], [told("b")]]);
});

test("a worker that cannot begin is not here; one that breaks down later says so", async () => {
  const never = fake();
  never.fail("");
  expect(await never.port.isHere).toBe(false);
  const { port, say, fail } = fake();
  const lost = vi.fn();
  port.onlost = lost;
  say({ kind: "here" });
  fail("out of memory");
  expect(await port.isHere).toBe(true);
  expect(lost).toHaveBeenCalledWith("out of memory");
});
