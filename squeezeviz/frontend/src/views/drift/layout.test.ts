import { expect, test } from "vitest";
import type { Layer, Network } from "../../store/types.ts";
import { type Drift, FRAME, layoutDrift } from "./layout.ts";

const layer = (name: string, module: string | null = null, kind = "convolution") => ({ name, module, kind }) as Layer;
const fire = ["squeeze1x1", "expand1x1", "expand3x3", "concat"].map((part) => layer(`fire2/${part}`, "fire2"));
const layers = [layer("conv1"), layer("pool1", null, "max pooling"), ...fire, layer("pool10", null, "pooling")];
const network = { layers, logits: "pool10" } as unknown as Network;

const drift = (name: string, values: (number | null)[], firstDivergentLayer: string | null = null): Drift => ({
  name,
  firstDivergentLayer,
  drift: layers.map((each, at) => [each.name, values[at] ?? null, values[at] == null ? null : 1 - values[at] / 2]),
});
const one = drift("one", [0.5, 0.25, 0, 0, 0, 0, 1], "pool1");
const two = drift("two", [null, null, null, null, null, null, 0.2]);
const draw = (asked: Partial<Parameters<typeof layoutDrift>[2]> = {}) =>
  layoutDrift(network, [one, two], { measure: "l2", chosen: "one", width: 742, ...asked });

test("layers share the width, and the largest distance the height", () => {
  const { step, ticks, strips } = draw();
  expect(step).toBe(100);
  expect(ticks.map(({ text }) => text)).toEqual(["0", "0.50", "1.00"]);
  expect([ticks[0]?.y, ticks[2]?.y]).toEqual([FRAME.base, FRAME.top]);
  expect(strips[1]).toEqual({ layer: "pool1", x: FRAME.left + 100, value: 0.25 });
});

test("the chosen line lies on top, and says where it diverges", () => {
  const { lines, divergence } = draw();
  expect(lines.map(({ name }) => name)).toEqual(["two", "one"]);
  expect(divergence).toEqual({ layer: "pool1", x: FRAME.left + 150, y: FRAME.base - 0.25 * (FRAME.base - FRAME.top) });
  expect(draw({ chosen: "two" }).divergence).toBeNull();
});

test("maps of other sizes leave a line out, and are no 0", () => {
  const { lines, strips } = draw({ chosen: "two" });
  expect(lines.at(-1)?.path).toMatch(/^M[\d. ]+$/);
  expect(strips.slice(0, 2).map(({ value }) => value)).toEqual([null, null]);
});

test("the cosine is measured from 1", () => {
  expect(draw({ measure: "cosine" }).strips[0]?.value).toBeCloseTo(0.25);
});

test("what differs by nothing is drawn at the bottom", () => {
  const same = layoutDrift(network, [drift("same", Array(7).fill(0))], { measure: "l2", chosen: "same", width: 742 });
  expect(same.ticks.at(-1)?.text).toBe("0.10");
});

test("names stand where there is room: whole, as a number, or not at all", () => {
  const named = (width: number) => draw({ width }).names.map(({ text, align }) => `${text} ${align}`);
  expect(named(742)).toEqual(["conv1 start", "fire2 middle", "pool10 end"]);
  expect(named(42 + 7 * 6)).toEqual(["conv1 start", "2 middle", "pool10 end"]);
  expect(named(42 + 7 * 2)).toEqual(["conv1 start", "pool10 end"]);
  expect(draw().borders).toEqual([FRAME.left + 200]);
});
