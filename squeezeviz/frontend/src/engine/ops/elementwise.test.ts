import { expect, test } from "vitest";
import { Network } from "../network.ts";
import { broadcast, sizeOf } from "../places.ts";
import { filled, KERNELS, layer, STEP, weightsOf } from "../testing.ts";
import type { Shape } from "../types.ts";

const MAPS = [1, 4, 2, 3];
/** Shapes of both, and which of them hang on the image. */
const MET: [string, number[], number[], number[]][] = [
  ["maps and maps", MAPS, MAPS, [0, 1]],
  ["maps and a factor a channel", MAPS, [4, 1, 1], [0]],
  ["a factor a channel and maps", [1, 4, 1, 1], MAPS, [1]],
  ["maps and their own gate", MAPS, [1, 4, 1, 1], [0, 1]],
  ["a gate and stored maps", [1, 4, 1, 1], MAPS, [0]],
  ["stored maps and a gate", MAPS, [1, 4, 1, 1], [1]],
  ["maps and one number", MAPS, [], [0]],
  ["maps and a number a cell", MAPS, [1, 1, 2, 3], [0]],
  ["numbers and a stored one for each", [1, 4], [4], [0]],
  ["stored numbers and one for each", [4], [1, 4], [1]],
  ["cells and a stored number for each", [1, 4, 1, 1], [4, 1, 1], [0]],
  ["a column and a row", [1, 1, 2, 1], [1, 1, 1, 3], [0, 1]],
];
const OPS: [string, (a: number, b: number) => number][] = [
  ["Sum", (a, b) => a - b],
  ["Mul", (a, b) => a * b],
  ["Div", (a, b) => a / b],
];

const mapsOf = (shape: number[]): Shape => (shape.length === 4 ? (shape.slice(1) as Shape) : [sizeOf(shape), 1, 1]);

test.each(
  KERNELS.flatMap(([name, kernels]) =>
    OPS.flatMap(([op, of]) => MET.map((met) => [name, op, ...met, of, kernels] as const)),
  ),
)("by kernels in %s: %s of %s", async (_name, op, _met, a, b, moving, of, kernels) => {
  const shapes = [[...a], [...b]];
  const rank = Math.max(a.length, b.length);
  const shape = Array.from({ length: rank }, (_, axis) =>
    Math.max(...shapes.map((own) => own[axis - rank + own.length] ?? 1)),
  );
  const held = weightsOf([shapes.reduce((sum, own, at) => sum + (moving.includes(at) ? 0 : sizeOf(own)), 0), 1, 1, 1]);
  const inputs = moving.map((at) => filled(mapsOf(shapes[at] as number[]), 3 + at));
  const names = moving.map((at) => `input ${at}`);
  const step = { ...STEP, op, shapes, shape, moving: [...moving], ...(op === "Sum" && { signs: [1, -1] }) };
  // A network has one input: both are parts of it.
  const parts = inputs.map(({ shape }, at) => layer(names[at] as string, ["data"], shape));
  const sizes = inputs.map(({ values }) => values.length);
  const starts = sizes.map((_, at) => sizes.slice(0, at).reduce((sum, size) => sum + size, 0));
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  const cut = (at: number) => ({
    ...{ ...STEP, op: "Rearrange", from: [1, whole], axes: [0, 1], fill: 0 },
    cells: [[0], Array.from({ length: sizes[at] as number }, (_, cell) => (starts[at] as number) + cell)],
  });
  const described = {
    ...{ input: "data", logits: "last", weights: () => held },
    layers: [...parts, layer("last", names, mapsOf(shape))],
    graphSpec: { ...Object.fromEntries(names.map((name, at) => [name, cut(at)])), last: step },
  };
  const values = Float32Array.from(inputs.flatMap((each) => [...each.values]));
  const made = (await Network.open(described, kernels)).run({ shape: [whole, 1, 1], values }).layer("last").values;
  const numbers = shapes.map((_, at) => {
    const own = moving.indexOf(at);
    return own < 0 ? held.kernels : (inputs[own] as { values: Float32Array }).values;
  });
  const expected = made.map((_, place) => {
    const [one, other] = shapes.map((own, at) => numbers[at]?.[broadcast(place, own, shape)] as number);
    return of(one as number, other as number);
  });
  expect(made.length).toBe(sizeOf(shape));
  made.forEach((value, place) => {
    expect(value).toBeCloseTo(expected[place] as number, 4);
  });
});
