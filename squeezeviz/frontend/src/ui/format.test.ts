import { expect, test } from "vitest";
import { amount, fixed, grouped, percent, signed, spaced } from "./format.ts";

test("a probability below one is never a rounded hundred", () => {
  expect([1, 0.99999, 0.5, 0.0123, 0.00001].map(percent)).toEqual([
    "100.0 %",
    "> 99.9 %",
    "50.0 %",
    "1.23 %",
    "< 0.01 %",
  ]);
});

test("Python's percentages are written as the page's own", () => {
  expect(spaced("2.38% of its values, 8% of it; 100 %")).toBe("2.38\u00a0% of its values, 8\u00a0% of it; 100 %");
});

test("only exactly zero is a bare 0", () => {
  expect([0, 1e-9, 0.5, 12.34, -250.4].map(amount)).toEqual(["0", "1.0e-9", "0.50", "12.3", "-250"]);
});

test("a difference has a sign", () => {
  expect([signed(-1), signed(0.5, 1)]).toEqual(["−1.000", "+0.5"]);
});

test("what a network's numbers overflow to has no figure", () => {
  const odd = [NaN, Infinity, -Infinity];
  expect(odd.map(amount)).toEqual(["NaN", "∞", "−∞"]);
  expect(odd.map((value) => fixed(value))).toEqual(["NaN", "∞", "−∞"]);
  expect(odd.map((value) => signed(value))).toEqual(["NaN", "+∞", "−∞"]);
  expect(percent(NaN)).toBe("NaN");
  expect([1.5e22, -2e7].map(amount)).toEqual(["1.50e22", "-2.00e7"]);
});

test("counts are in threes", () => {
  expect([0, 999, 1000, 1235496].map(grouped)).toEqual(["0", "999", "1,000", "1,235,496"]);
});
