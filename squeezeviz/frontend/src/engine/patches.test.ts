import { describe, expect, test } from "vitest";
import { Network } from "./network.ts";
import { filled, KERNELS, layer, STEP, weightsOf } from "./testing.ts";
import type { GraphSpec, Maps, Step } from "./types.ts";

const window3: Partial<Step> = { kernel: [3, 3], pads: [1, 1, 1, 1] };

/** Every kind of layer that computes a part, and at the end some that do not. */
function described() {
  const [wide, half] = [
    [6, 40, 36],
    [6, 20, 18],
  ];
  const sized = (shape: number[]) => [1, ...shape];
  const layers = [
    layer("conv", ["data"], wide),
    layer("clip", ["conv"], wide),
    layer("pool", ["clip"], half),
    layer("depthwise", ["pool"], half),
    layer("squeeze", ["depthwise"], half),
    layer("expand", ["squeeze"], half),
    layer("norm", ["expand"], half),
    layer("sum", ["norm", "pool"], half),
    layer("concat", ["sum", "squeeze"], [12, 20, 18]),
    layer("mean", ["concat"], [12]),
    layer("side", ["concat"], [12]),
  ];
  const conv = (more: Partial<Step>): Step => ({ ...STEP, op: "Conv", ...more });
  const graphSpec: GraphSpec = {
    conv: conv(window3),
    clip: { ...STEP, op: "Clip", low: 0, high: 1.5 },
    pool: { ...STEP, op: "MaxPool", kernel: [3, 3], strides: [2, 2], pads: [0, 0, 1, 1] },
    depthwise: conv({ ...window3, group: 6, relu: true }),
    squeeze: conv({ relu: true }),
    expand: conv({ ...window3, group: 2, dilations: [2, 2], pads: [2, 2, 2, 2] }),
    norm: { ...STEP, op: "BatchNormalization" },
    sum: { ...STEP, op: "Sum", relu: true, shapes: [sized(half), sized(half)], shape: sized(half), moving: [0, 1] },
    concat: {
      ...STEP,
      op: "Concat",
      axis: 1,
      shapes: [sized(half), sized(half)],
      shape: [1, 12, 20, 18],
      moving: [0, 1],
    },
    mean: { ...STEP, op: "GlobalAveragePool" },
    side: { ...STEP, op: "GlobalMaxPool" },
  };
  const own: Record<string, ReturnType<typeof weightsOf>> = {
    conv: weightsOf([6, 3, 3, 3]),
    depthwise: weightsOf([6, 1, 3, 3]),
    squeeze: weightsOf([6, 6, 1, 1]),
    expand: weightsOf([6, 3, 3, 3]),
    norm: weightsOf([6, 1, 1, 1]),
  };
  return { input: "data", layers, graphSpec, logits: "mean", weights: (name: string) => own[name] };
}

const IMAGE = filled([3, 40, 36], 4);
const FILLING = filled([3, 40, 36], 8);
const kept = ({ values }: Maps): number[] => [...values];

const PATCHES = [
  { top: 0, left: 0, rows: 6, columns: 5 },
  { top: 17, left: 12, rows: 7, columns: 9 },
  { top: 39, left: 0, rows: 1, columns: 1 },
  { top: 33, left: 29, rows: 7, columns: 7 },
  { top: 2, left: 1, rows: 36, columns: 33 },
];

function hidden({ top, left, rows, columns }: (typeof PATCHES)[number]): Maps {
  const values = IMAGE.values.map((value, at) => {
    const [y, x] = [Math.floor(at / 36) % 40, at % 36];
    const isHidden = y >= top && y < top + rows && x >= left && x < left + columns;
    return isHidden ? (FILLING.values[at] as number) : value;
  });
  return { shape: IMAGE.shape, values };
}

describe.each(KERNELS)("patches by kernels in %s", (_, kernels) => {
  test("say what whole runs say, to the last bit, and leave the run as it was", async () => {
    const network = await Network.open(described(), kernels);
    const run = network.run(IMAGE);
    const before = kept(run.layer("concat"));
    const patched = network.patched(run, FILLING.values);
    for (const patch of [...PATCHES, ...PATCHES]) {
      const whole = network.run(hidden(patch));
      expect([...patched.of(patch)]).toEqual(kept(whole.layer("mean")));
      whole.release();
    }
    patched.release();
    expect(kept(run.layer("concat"))).toEqual(before);
  });
});
