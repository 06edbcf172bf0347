import { describe, expect, test } from "vitest";
import { differing } from "./changes.ts";
import { Network } from "./network.ts";
import { filled, inParts, KERNELS } from "./testing.ts";
import type { Maps, Shape, Values } from "./types.ts";

const SHAPE: Shape = [3, 40, 36];
const IMAGE = filled(SHAPE, 4);
const LAYERS = inParts().layers.map(({ name }) => name);
/** What is painted, one after the other, each on what the ones before have left. */
const STROKES = [
  { top: 0, left: 0, rows: 6, columns: 5 },
  { top: 17, left: 12, rows: 7, columns: 9 },
  { top: 39, left: 35, rows: 1, columns: 1 },
  { top: 2, left: 1, rows: 36, columns: 33 },
  { top: 0, left: 30, rows: 40, columns: 6 },
  { top: 5, left: 5, rows: 0, columns: 0 },
];

function painted(states: readonly Maps[], { top, left, rows, columns }: (typeof STROKES)[number], seed: number): Maps {
  const [before, colours] = [states.at(-1) ?? IMAGE, filled(SHAPE, seed)];
  const values = before.values.map((value, at) => {
    const [y, x] = [Math.floor(at / 36) % 40, at % 36];
    const isCovered = y >= top && y < top + rows && x >= left && x < left + columns;
    return isCovered ? (colours.values[at] as number) : value;
  });
  return { shape: SHAPE, values };
}

const STATES: Maps[] = [];
for (const stroke of STROKES) STATES.push(painted(STATES, stroke, STATES.length + 10));
/** As text: to compare thousands of numbers one by one took longer than to compute them. */
const bits = ({ values }: Maps): string => Buffer.from(values.slice().buffer).toString("hex");

describe.each(KERNELS)("a run into the one before, by kernels in %s", (_, kernels) => {
  test("is what a whole run is, every layer to the last bit", async () => {
    const network = await Network.open(inParts(), kernels);
    const run = network.run(IMAGE);
    for (const state of [...STATES, IMAGE, ...STATES]) {
      expect(network.run(state, { into: run })).toBe(run);
      const whole = network.run(state);
      for (const name of ["data", ...LAYERS])
        expect([name, bits(run.layer(name))]).toEqual([name, bits(whole.layer(name))]);
      whole.release();
    }
  });

  test("leaves alone what does not hang on what has changed", async () => {
    const network = await Network.open(inParts(), kernels);
    const run = network.run(IMAGE);
    run.layer("conv").values[0] = 99;
    network.run(painted([], { top: 30, left: 30, rows: 4, columns: 4 }, 7), { into: run });
    expect(run.layer("conv").values[0]).toBe(99);
  });

  test("is whole again after one with channels ablated", async () => {
    const network = await Network.open(inParts(), kernels);
    const said = bits(network.run(IMAGE).layer("concat"));
    const ablated = { channels: new Map([["squeeze", [1, 2]]]), fill: "zero" } as const;
    const other = network.run(IMAGE, { into: network.run(IMAGE, { ablated }) });
    expect(bits(other.layer("concat"))).toEqual(said);
  });
});

test("steps left on the way are made up for by the next run", async () => {
  const network = await Network.open(inParts(), KERNELS[0]?.[1]);
  const [first, second, third] = STATES as [Maps, Maps, Maps];
  const run = network.run(IMAGE);
  for (const count of [1, 3, 8]) {
    for (const [left, next] of [
      [first, second],
      [third, IMAGE],
    ] as const) {
      const steps = network.running(left, { into: run });
      for (let step = 0; step < count; step += 1) expect(steps.next().done).toBe(false);
      expect(() => steps.throw(new RangeError("nobody wants it"))).toThrow("nobody wants it");
      network.run(next, { into: run });
      for (const name of LAYERS) expect(bits(run.layer(name))).toEqual(bits(network.run(next).layer(name)));
    }
  }
});

test("one that fails on the way is computed whole the next time", async () => {
  const network = await Network.open(inParts(), KERNELS[0]?.[1]);
  const run = network.run(IMAGE);
  const [state] = STATES as [Maps];
  const read = run.layer.bind(run);
  run.layer = (name) => {
    if (name === "pool") throw new RangeError("no memory");
    return read(name);
  };
  expect(() => network.run(state, { into: run })).toThrow("no memory");
  run.layer = read;
  network.run(state, { into: run });
  for (const name of LAYERS) expect(bits(run.layer(name))).toEqual(bits(network.run(state).layer(name)));
});

test("what differs is found bit by bit", () => {
  const one: Values = new Float32Array(2 * 3 * 4);
  const other = one.slice();
  expect(differing(one, other, [2, 3, 4])).toBeNull();
  other[12 + 4 + 2] = -0; // of the second map: second row, third column
  expect(differing(one, other, [2, 3, 4])).toEqual({ top: 1, left: 2, rows: 1, columns: 1 });
  other[3] = 1;
  expect(differing(one, other, [2, 3, 4])).toEqual({ top: 0, left: 2, rows: 2, columns: 2 });
  [one[0], other[0]] = [Number.NaN, Number.NaN];
  expect(differing(one, other, [2, 3, 4])).toEqual({ top: 0, left: 2, rows: 2, columns: 2 });
});
