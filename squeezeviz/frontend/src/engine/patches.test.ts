import { describe, expect, test } from "vitest";
import { Network } from "./network.ts";
import { filled, inParts, KERNELS } from "./testing.ts";
import type { Maps } from "./types.ts";

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
    const network = await Network.open(inParts(), kernels);
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
