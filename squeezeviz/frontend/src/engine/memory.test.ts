import { expect, test } from "vitest";
import type { Machine } from "./kernels/machine.ts";
import { plain } from "./kernels/plain.ts";
import { Space } from "./memory.ts";

const ROOM = 1 << 20;

test("what is small takes no room that a run has given back", async () => {
  const space = new Space(await plain.machine());
  const run = space.take(ROOM);
  space.give(run);
  expect(space.put(new Float32Array(4))).not.toBe(run);
  expect(space.take(ROOM)).toBe(run);
});

test("where a browser gives no more memory, that is said, and what is there stays as it is", async () => {
  const machine: Machine = await plain.machine();
  const space = new Space(machine);
  space.needScratch(ROOM);
  const { scratch } = space;
  machine.grow = () => {
    throw new RangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded");
  };
  expect(() => space.needScratch(3e9)).toThrow(/takes 3,001 MB here, more than this browser gives a page/);
  expect(space.scratch).toBe(scratch);
  expect(() => space.take(ROOM)).toThrow("close other tabs"); // the scratch memory is not given away
});
