import { expect, test } from "vitest";
import type { Calculation, Term } from "../../store/types.ts";
import { barsOf, headingOf, linesOf } from "./layout.ts";

const term = (channel: number, weight: number, value: number): Term => ({
  layer: "conv1",
  channel,
  cell: [0, 0],
  weight,
  value,
  product: weight * value,
});

const of = (change: Partial<Calculation>): Calculation => ({
  layer: "conv2",
  channel: 1,
  cell: [0, 0],
  kind: "sum",
  value: 0,
  bias: 1,
  has_relu: true,
  total: -1,
  formula: "",
  residual: 0,
  terms: [term(0, 2, 2), term(1, -1, 4)],
  remainder: -2,
  count: 7,
  ...change,
});

const lines = (change: Partial<Calculation>, logits: number[] = []) =>
  linesOf(of(change), Float32Array.from(logits), ({ channel }) => ({ name: "conv1", place: `channel ${channel}` }));
const bars = (change: Partial<Calculation>) => lines(change).map(({ kind, from, to }) => [kind, from, to]);

test("each bar begins where the one before ended, and the sum begins at zero", () => {
  expect(bars({})).toEqual([
    ["bias", 0, 1],
    ["term", 1, 5],
    ["term", 5, 1],
    ["rest", 1, -1],
    ["total", 0, -1],
    ["result", 0, 0],
    ["residual", 0, 0],
  ]);
  expect(lines({}).map(({ name }) => name)).toContain("ReLU makes it 0");
});

test("without a bias or more terms there are no lines for them", () => {
  const kinds = bars({ bias: 0, count: 2, has_relu: false }).map(([kind]) => kind);
  expect(kinds).toEqual(["term", "term", "total", "residual"]);
});

test("a mean's terms are divided, and a copy has nothing but its term", () => {
  expect(lines({ kind: "mean", bias: 0, has_relu: false })[0]?.factors).toBe("2.0000 / 7");
  expect(bars({ kind: "copy", bias: 0, has_relu: false, terms: [term(0, 1, 3)], count: 1 })).toEqual([["term", 0, 3]]);
});

test("of a maximum, the largest is marked", () => {
  const terms = [term(0, 1, 5), term(1, 0, 3)];
  expect(bars({ kind: "max", terms })).toEqual([
    ["chosen", 0, 5],
    ["left", 0, 3],
  ]);
});

test("a function shows what it reads, and what it makes of it", () => {
  const made = lines({ kind: "function", formula: "1 / (1 + e^−x)", total: 0.5, terms: [term(0, 1, 0)] });
  expect(made.map(({ kind, name, to }) => [kind, name, to])).toEqual([
    ["term", "conv1", 0],
    ["total", "1 / (1 + e^−x)", 0.5],
    ["residual", "rounding", 0],
  ]);
});

test("shares of a softmax add up, the number itself first, though it is not among the largest", () => {
  const logits = [Math.log(6), 0, Math.log(2), 0];
  const made = lines({ kind: "softmax", terms: [term(0, 1, Math.log(6)), term(2, 1, Math.log(2))], count: 4 }, logits);
  expect(made.map(({ kind, to }) => [kind, to.toFixed(3)])).toEqual([
    ["chosen", "0.100"],
    ["left", "0.600"],
    ["rest", "0.300"],
    ["total", "1.000"],
  ]);
});

test("bars and their zero lie on one scale", () => {
  const { bars: places, zero } = barsOf(lines({}), 60);
  expect(zero).toBe(10);
  expect(places.slice(0, 4)).toEqual([
    { left: 10, width: 10 },
    { left: 20, width: 40 },
    { left: 20, width: 40 },
    { left: 0, width: 20 },
  ]);
  expect(barsOf([], 60)).toEqual({ bars: [], zero: 0 });
});

test("the heading says once what is the same in every row", () => {
  expect(headingOf(of({}), { name: "conv1", place: "channel 3 at 1, 2" }).terms).toBe(
    "conv1: channel at cell, weight × value",
  );
  expect(headingOf(of({ kind: "softmax" }), { name: "logit", place: "cat" })).toEqual({
    terms: "logits",
    adds: "share",
  });
  expect(headingOf(of({ kind: "max" }), null)).toEqual({ terms: "", adds: "value" });
});
