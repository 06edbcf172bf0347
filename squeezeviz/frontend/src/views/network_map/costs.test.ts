import { expect, test } from "vitest";
import type { CostRow } from "../../protocol.ts";
import { cellsOf, columnsOf, HEADS } from "./cost_figures.ts";
import { costWords, took } from "./costs.ts";
import type { Layout } from "./layout.ts";

const row = (more: Partial<CostRow> = {}): CostRow => ({
  ...{ name: "conv1", words: "conv1 + relu", layers: ["conv1", "relu"], kind: "convolution" },
  ...{ ms: 0.25, low_ms: 0.2, high_ms: 0.3, macs: 2_000_000, moved_bytes: 500_000 },
  ...{ intensity: 8, gops: 16, of_peak: 0.5, of_bandwidth: 0.081, limit: "compute", ...more },
});

test("the longest column is as tall as the place, and the others are as long as they take", () => {
  const unit = (key: string) => ({ key });
  const stops = ["a", "b", "c"].map((key, at) => ({ unit: unit(key), x: 10 * at, width: 10 }));
  const layout = { stops, frame: { height: 103, hitY: 20 } } as unknown as Layout;
  const ms: Record<string, number> = { a: 4, b: 1, c: 0 };
  const made = columnsOf(layout, ({ unit: { key } }) => ({ ms: ms[key] ?? 0, limit: key === "a" ? "memory" : null }));
  expect(made.map(({ height }) => height)).toEqual([80, 20, 0]);
  expect(made.map(({ y, height }) => y + height)).toEqual([100, 100, 100]);
  expect(made.map(({ look }) => look)).toEqual(["sqv-cost-memory", "sqv-cost-none", "sqv-cost-none"]);
});

test("a row is said in a line, with what is computed together", () => {
  const said = ": 0.250 ms, 25 % of the time, 50 % of the peak, limited by arithmetic, computed as conv1 + relu";
  expect(costWords(row(), 1)).toBe(said);
  const none = row({ layers: ["conv1"], of_peak: null, limit: null });
  expect(costWords(none, 10)).toBe(": 0.250 ms, 2.5 % of the time");
  expect(costWords(null, 1)).toBe("");
});

test("each cell has its heading, and what computes nothing leaves them empty", () => {
  expect(cellsOf(row(), 1)).toHaveLength(HEADS.length);
  const cells = cellsOf(row({ gops: null, intensity: null, of_peak: null, limit: null, macs: 0 }), 1);
  expect(cells.filter((cell) => cell === "")).toHaveLength(5);
});

test("times have three figures", () => {
  expect([0.0123, 1.2345, 12.345, 123.45].map(took)).toEqual(["0.0123 ms", "1.23 ms", "12.3 ms", "123 ms"]);
});
