import { expect, test } from "vitest";
import { layoutMatrix, layoutPatches, type Shape } from "./layout.ts";

test.each([
  [64, 3, 3, 3],
  [96, 3, 7, 7],
  [10, 3, 3, 5],
  [5, 3, 8, 1],
] as const)("patches of %i × %i × %i × %i stand in their own shape, and each is found where it stands", (...shape) => {
  const layout = layoutPatches(shape, 600);
  expect(layout.width).toBeLessThanOrEqual(600);
  expect(layout.high / layout.wide).toBeCloseTo(shape[2] / shape[3], 0.5);
  for (let channel = 0; channel < shape[0]; channel += 1) {
    const { left, top, width, height } = layout.boxOf(channel);
    expect(layout.at(left + 0.5, top + 0.5)).toEqual({ channel, input: null });
    expect(layout.at(left + width - 0.5, top + height - 0.5)).toEqual({ channel, input: null });
  }
  expect(layout.at(-1, 1)).toBeNull();
  expect(layout.at(1, layout.height + 10)).toBeNull();
});

test("rows of patches are full where they can be", () => {
  const { columns } = layoutPatches([64, 3, 3, 3], 900);
  expect(64 % columns).toBe(0);
});

test.each<[Shape, number]>([
  [[128, 32, 1, 1], 330],
  [[1000, 512, 1, 1], 900],
  [[128, 32, 3, 3], 330],
  [[16, 4, 1, 5], 300],
])("a matrix of %j in %i px: each kernel is found where it stands", (shape, width) => {
  const layout = layoutMatrix(shape, width);
  const [count, inputs] = shape;
  for (const channel of [0, 1, Math.floor(count / 2), count - 1]) {
    const { left, top, width: wide } = layout.boxOf(channel);
    const unit = wide / inputs;
    for (const input of [0, inputs - 1]) {
      expect(layout.at(left + (input + 0.25) * unit, top + 0.5)).toEqual({ channel, input });
    }
    expect(layout.at(left + wide + 3, top + 0.5)).toBeNull();
  }
  expect(layout.at(1, layout.height + 1)).toBeNull();
});

test("a tall matrix goes on beside itself", () => {
  const { blocks, height } = layoutMatrix([1000, 16, 1, 1], 900);
  expect(blocks).toBeGreaterThan(1);
  expect(height).toBeLessThan(1000);
});
