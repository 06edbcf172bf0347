import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FromEngine, ToEngine } from "./door.ts";
import { EngineWorker, QUIET_S } from "./engine_worker.ts";

/** A worker that the test speaks for. */
function fake() {
  const sent: ToEngine[] = [];
  const worker = {
    onmessage: null,
    onerror: null,
    postMessage: (message: ToEngine) => void sent.push(message),
    terminate: () => undefined,
  } as unknown as Worker;
  const port = new EngineWorker(worker);
  const say = (data: FromEngine) => worker.onmessage?.({ data } as MessageEvent<FromEngine>);
  const fail = (message: string) => worker.onerror?.({ message, preventDefault: vi.fn() } as unknown as ErrorEvent);
  return { port, say, fail, sent };
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

describe("a worker that the browser has ended without a word", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is quiet once it has not answered for long; heard again, it is not", async () => {
    const { port, say, sent } = fake();
    const [quiet, heard] = [vi.fn(), vi.fn()];
    Object.assign(port, { onquiet: quiet, onmessage: ({ data }: { data: FromEngine }) => heard(data) });
    say({ kind: "here" });
    for (let beats = 0; beats < 10; beats += 1) {
      vi.advanceTimersByTime(5000);
      say({ kind: "beat" });
    }
    expect([sent.length, quiet.mock.calls, heard.mock.calls]).toEqual([10, [], []]);
    vi.advanceTimersByTime(1000 * QUIET_S);
    expect(quiet).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect([sent.length, quiet.mock.calls]).toEqual([11, [[true]]]);
    say(told("late"));
    expect(quiet.mock.calls).toEqual([[true], [false]]);
    expect(heard.mock.calls).toEqual([[told("late")]]);
    port.close();
    vi.advanceTimersByTime(60_000);
    expect(sent.length).toBe(11);
  });

  test("one that computes for long answers late, and was never missed", () => {
    const { port, say } = fake();
    const quiet = vi.fn();
    port.onquiet = quiet;
    say({ kind: "here" });
    vi.advanceTimersByTime(1000 * QUIET_S);
    say({ kind: "beat" });
    vi.advanceTimersByTime(1000 * QUIET_S);
    expect(quiet).not.toHaveBeenCalled();
  });
});
