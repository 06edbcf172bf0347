import { expect, test } from "vitest";
import type { Unit } from "../../store/units.ts";
import { paintStrengths, sharesOf, strongestOf } from "./draw.ts";
import type { StrengthLine } from "./layout.ts";

const unit = (name: string, form: Unit["form"], shape = [8, 4, 4]) => ({ form, output: { name, shape } }) as Unit;
const fire = unit("fire", "fire");
const line: StrengthLine = {
  x: 10,
  width: 40,
  unit: fire,
  parts: [
    { layer: "one", look: "" },
    { layer: "three", look: "" },
  ],
};

test("the scale is that of the strongest map: neither an answer nor a mean", () => {
  const units = [fire, unit("mean", "pooling", [8, 1, 1]), unit("answer", "softmax", [8])];
  expect(strongestOf(units, { fire: 2, mean: 90, answer: 80 })).toBe(2);
});

test("what two expands give together is shared by their squares", () => {
  expect(sharesOf(line, { fire: 5, one: 3, three: 4 }, 10)).toEqual([0.18, 0.32]);
  expect(sharesOf(line, {}, 1)).toEqual([0, 0]);
});

test("the parts of a line stand one behind the other", () => {
  const pieces = [new Map<string, string>(), new Map<string, string>()];
  const children = pieces.map((piece) => ({ setAttribute: (name: string, value: string) => piece.set(name, value) }));
  paintStrengths({ children } as unknown as Element, [line], { fire: 5, one: 3, three: 4 }, 5);
  expect(pieces.map((piece) => [piece.get("x"), piece.get("width")])).toEqual([
    ["10.0", "14.4"],
    ["24.4", "25.6"],
  ]);
});

test("a layer whose numbers overflow has no line, and leaves the others theirs", () => {
  expect(strongestOf([fire, unit("other", "layer")], { fire: Infinity, other: 3 })).toBe(3);
  expect(sharesOf(line, { fire: NaN, one: Infinity, three: 4 }, 10)).toEqual([0, 0]);
});
