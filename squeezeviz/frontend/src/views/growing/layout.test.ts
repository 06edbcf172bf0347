import { expect, test } from "vitest";
import { barsOf, comparisonOf, progressOf, scaleOf, shutOf } from "./layout.ts";

const strongest = { photo: "p", name: "chelsea", value: 50 };
const growth = { values: [200, 100], at_start: null, strongest, aim: "most" as const };
const counted = { compared: 3, photos: 3, state: "whole" as const };

test("bars share one linear scale that holds 0", () => {
  const { bars, scale } = barsOf(growth, 0);
  expect(scale).toEqual([0, 200]);
  expect(bars.map(({ name, from, length }) => [name, from, length])).toEqual([
    ["this picture", 0, 1],
    ["strongest photo: chelsea", 0, 0.25],
  ]);
  expect(barsOf(growth, 1).bars[0]).toMatchObject({ value: 100, length: 1 });
});

test("below zero a bar goes left from zero", () => {
  const { bars, scale } = barsOf({ ...growth, values: [-30], at_start: 10, aim: "least" }, 0);
  expect(scale).toEqual([-30, 50]);
  expect(bars[0]).toMatchObject({ from: 0, length: 30 / 80 });
  expect(bars[1]?.name).toBe("weakest photo: chelsea");
  expect(bars[2]).toMatchObject({ name: "the photo it began from", from: 30 / 80, length: 10 / 80 });
});

test("what is no number has no bar", () => {
  const { bars, scale } = barsOf({ ...growth, values: [Number.NaN] }, 0);
  expect([bars[0]?.length, scale]).toEqual([0, [0, 50]]);
});

test("it is compared in words, and only with as many photos as were", () => {
  expect(comparisonOf({ ...growth, ...counted }, 0)).toBe(
    "It excites 4.00 times as much as the strongest of the 3 photos here.",
  );
  expect(comparisonOf({ ...growth, ...counted, compared: 1 }, 0)).toContain("1 of 3 photos so far");
  expect(comparisonOf({ ...growth, ...counted, values: [9] }, 0)).toBe(
    "It does not excite more than the strongest of the 3 photos here. Grow on, or begin from a photo.",
  );
  expect(comparisonOf({ ...growth, ...counted, state: "running", values: [9] }, 0)).not.toContain("Grow on");
  expect(comparisonOf({ ...growth, ...counted, aim: "least", photos: 1, compared: 1 }, 0)).toBe(
    "It does not excite less than the weakest of the one photo here.",
  );
  expect(comparisonOf({ ...growth, ...counted, strongest: null }, 0)).toBe("");
});

test("a scale is said where there is one", () => {
  expect(scaleOf({ words: "mean of a" }, [0, 200])).toBe("mean of a; bars from 0 to 200.");
  expect(scaleOf({ words: "mean of a" }, [0, 0])).toBe("mean of a.");
});

test("how far it is", () => {
  const about = { done: 40, total: 512, left_s: null, compared: 0, photos: 2 } as Parameters<typeof progressOf>[0];
  expect(progressOf({ ...about, state: "running" })).toBe("40 of 512 steps");
  expect(progressOf({ ...about, state: "stopped" })).toBe("stopped after 40 of 512 steps");
  expect(progressOf({ ...about, state: "running", done: 0, total: 0 })).toBe("on its way");
  expect(progressOf({ ...about, state: "running", done: 512 })).toBe("512 steps; comparing it with the photos");
  expect(progressOf({ ...about, state: "whole", done: 512 })).toBe("512 steps");
});

test("how long it still takes is said where that is long", () => {
  const about = { done: 40, total: 512, state: "running", compared: 0, photos: 2 } as Parameters<typeof progressOf>[0];
  expect(progressOf({ ...about, left_s: 6.2 })).toBe("40 of 512 steps, about 7 s left");
  expect(progressOf({ ...about, left_s: 150 })).toBe("40 of 512 steps, about 3 min left");
  expect(progressOf({ ...about, left_s: 1 })).toBe("40 of 512 steps");
  expect(progressOf({ ...about, state: "stopped", left_s: 6 })).toBe("stopped after 40 of 512 steps");
});

test("steps at which ReLU was shut are said", () => {
  expect(shutOf({ shut_steps: 0 })).toBe("");
  expect(shutOf({ shut_steps: 1 })).toBe(" At 1 step ReLU was shut, so the value before it was climbed.");
});
