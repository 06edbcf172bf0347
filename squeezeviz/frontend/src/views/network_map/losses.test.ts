import { expect, test } from "vitest";
import type { LayerLoss } from "../../protocol.ts";
import type { Layout } from "./layout.ts";
import { errorColumns, LOSS_HEADS, lossCells } from "./loss_figures.ts";
import { error, lossWords } from "./losses.ts";

const LOSS: LayerLoss = {
  ...{ layer: "conv1", with_layers: [], made: 0.018, inherited: 0.034, total: 0.04, sqnr_db: 28 },
  ...{ worst_channel: 8, worst_share: 0.98, saturation: 0.04, dead_range: 0.1, scale: 0.02, zero_point: 128 },
};

test("two columns a unit, on one scale for all", () => {
  const stops = ["a", "b"].map((key, at) => ({ unit: { key }, x: 10 * at, width: 10 }));
  const layout = { stops, frame: { height: 103, hitY: 20 } } as unknown as Layout;
  const losses = new Map([
    ["a", { made: 0.1, inherited: 0 }],
    ["b", { made: 0.05, inherited: 0.2 }],
  ]);
  const made = errorColumns(layout, ({ unit: { key } }) => losses.get(key) ?? { made: 0, inherited: 0 });
  expect(made.map(({ height }) => height)).toEqual([40, 0, 20, 80]);
  expect(made.map(({ look }) => look.slice("sqv-error-".length))).toEqual(["made", "inherited", "made", "inherited"]);
  expect(made.map(({ x, width }) => [x, width])).toEqual([
    [1, 4],
    [5, 4],
    [11, 4],
    [15, 4],
  ]);
});

test("a layer's loss in a line, down to scale and zero point", () => {
  const said = "error 1.8 % made here (98 % of it in channel 8), 3.4 % passed on, 4.0 % saturated";
  expect(lossWords(LOSS)).toBe(`: ${said}; scale 0.0200, zero point 128`);
  const none = { ...LOSS, made: 0, worst_channel: null, worst_share: null, saturation: null, scale: null };
  expect(lossWords(none)).toBe(": error 0 % made here, 3.4 % passed on");
  expect(lossCells(LOSS)).toHaveLength(LOSS_HEADS.length);
  expect([error(null), error(0.1), error(0.00012)]).toEqual(["", "10 %", "0.012 %"]);
});
