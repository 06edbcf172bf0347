import { signal } from "@preact/signals-core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTask, drawAhead, drawn } from "./scheduler.ts";

let frames: (() => void)[] = [];
const frame = () => {
  for (const run of frames.splice(0)) run();
};

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => frames.push(run));
  vi.stubGlobal("reportError", vi.fn());
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("what is due is run once a frame, in the order in which it was made", () => {
  const ran: string[] = [];
  const [first, second] = [createTask(() => ran.push("first")), createTask(() => ran.push("second"))];
  second.request();
  first.request();
  second.request();
  expect([frames.length, ran]).toEqual([1, []]);
  frame();
  expect(ran).toEqual(["first", "second"]);
  expect(frames).toHaveLength(0);
});

test("what is asked for while others draw belongs to the same frame", () => {
  const ran: string[] = [];
  const later = createTask(() => ran.push("later"));
  createTask(() => later.request()).request();
  frame();
  expect(ran).toEqual(["later"]);
});

test("what is minor comes last, and a frame later where the frame is full; no more than one", () => {
  const ran: string[] = [];
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const minor = createTask(() => ran.push("minor"), { isMinor: true });
  const maps = createTask(() => {
    ran.push("maps");
    now += 20;
  });
  minor.request();
  maps.request();
  frame();
  expect(ran).toEqual(["maps"]);
  maps.request();
  frame();
  expect(ran).toEqual(["maps", "maps", "minor"]);
  minor.request();
  frame();
  expect(ran.at(-1)).toBe("minor");
  expect([ran.length, frames.length]).toEqual([4, 0]);
});

test("one that fails does not keep the others from being drawn", () => {
  const ran: string[] = [];
  createTask(() => {
    throw new Error("no context");
  }).request();
  createTask(() => ran.push("other")).request();
  frame();
  expect(ran).toEqual(["other"]);
  expect(reportError).toHaveBeenCalledOnce();
});

test("a drawing follows what it has read, a frame at a time, until it is ended", () => {
  const [chosen, hovered, ran] = [signal(1), signal(1), [] as number[]];
  const drawing = drawn(() => ran.push(chosen.value));
  frame();
  hovered.value = 2;
  expect(frames).toHaveLength(0);
  chosen.value = 2;
  chosen.value = 3;
  frame();
  chosen.value = 4;
  drawing.cancel();
  frame();
  expect(ran).toEqual([1, 3]);
});

test("what somebody waits for is drawn ahead of the next frame, once a frame", async () => {
  const ran: string[] = [];
  const task = createTask(() => ran.push(`drawn ${ran.length + 1}`));
  task.request();
  drawAhead();
  expect(ran).toEqual([]);
  await Promise.resolve();
  expect(ran).toEqual(["drawn 1"]);
  task.request();
  drawAhead();
  await Promise.resolve();
  expect(ran).toEqual(["drawn 1"]);
  frame();
  expect(ran).toEqual(["drawn 1", "drawn 2"]);
  task.request();
  drawAhead();
  await Promise.resolve();
  expect(ran).toHaveLength(3);
  frame();
  expect([ran.length, frames.length]).toEqual([3, 0]);
});
