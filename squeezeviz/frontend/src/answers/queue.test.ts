import { afterEach, expect, test, vi } from "vitest";
import { heedful, Queue, Superseded } from "./queue.ts";

afterEach(() => void vi.restoreAllMocks());

test("what is asked for goes before what goes on by itself, one after the other", async () => {
  const queue = new Queue();
  const steps: string[] = [];
  const work = (name: string) => async () => {
    steps.push(name);
    await Promise.resolve();
    steps.push(`${name}.`);
  };
  await new Promise<void>((done) => {
    queue.beside(async () => {
      await work("beside")();
      queue.add(work("asked"));
    });
    queue.beside(work("next"));
    queue.beside(async () => done());
  });
  expect(steps).toEqual(["beside", "beside.", "asked", "asked.", "next", "next."]);
});

/** Each look at the clock is a turn later. */
function slowly(): void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += 100;
    return now;
  });
}

test("work in steps hears what comes in meanwhile, and ends where nobody wants it any more", async () => {
  slowly();
  const taken: string[] = [];
  function* steps(name: string): Generator<void, string> {
    try {
      for (let step = 1; step <= 3; step += 1) {
        taken.push(`${name} ${step}`);
        yield;
      }
      return name;
    } finally {
      taken.push(`${name} is left`);
    }
  }
  let isWanted = true;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    isWanted = false;
    port1.close();
  };
  expect(await heedful(steps("first"), () => isWanted)).toBe("first");
  port2.postMessage("no more");
  await expect(heedful(steps("second"), () => isWanted)).rejects.toThrow(Superseded);
  expect(taken.slice(0, 4)).toEqual(["first 1", "first 2", "first 3", "first is left"]);
  expect(taken.at(-1)).toBe("second is left");
  expect(taken).not.toContain("second 3");
});

test("somebody waits while what was asked for has not had its turn", async () => {
  const queue = new Queue();
  const found: boolean[] = [];
  await new Promise<void>((done) => {
    queue.beside(async () => {
      found.push(queue.isAwaited);
      queue.add(async () => void found.push(queue.isAwaited));
      found.push(queue.isAwaited);
      queue.beside(async () => done());
    });
  });
  expect(found).toEqual([false, true, false]);
});
