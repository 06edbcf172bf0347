import { expect, test } from "vitest";
import type { JudgedFinding } from "../../../protocol.ts";
import { findingKey, type Judged } from "../../../store/judging.ts";
import { bestOf, lineOf, measured, problemsOf } from "./numbers.ts";

const found = (method: string, measure: JudgedFinding["measure"], value: number | null, stage = 0, problem = "") =>
  [
    findingKey(method, measure, stage),
    { method, measure, stage, value, curve: [], shape: [0, 0], problem } as JudgedFinding,
  ] as const;

const made = {
  about: { samples: 3, radius: 2, stages: ["conv10", "fire5", "conv1"] },
  findings: new Map([
    found("a", "deletion", 0.201),
    found("b", "deletion", 0.199),
    found("c", "deletion", 0.4),
    found("a", "insertion", 0.5),
    found("b", "insertion", 0.5),
    found("a", "randomised", 0.9, 0),
    found("a", "randomised", 0.5, 1),
    found("b", "randomised", 0.1, 2),
    found("c", "map", null, 0, "c: no layer has a map"),
  ]),
} as unknown as Judged;

test("the best share what is shown of their value, and of values alike none is best", () => {
  const best = bestOf(made, ["a", "b", "c"]);
  expect([...(best.get("deletion") ?? [])]).toEqual(["a", "b"]);
  expect(best.has("insertion")).toBe(false);
});

test("a line goes as far as it is there, and a measure says its last step", () => {
  expect(lineOf(made, "a")).toEqual([1, 0.9, 0.5]);
  expect([measured(made, "a", "randomised"), measured(made, "b", "randomised")]).toEqual([null, 0.1]);
});

test("what cannot be measured says why", () => {
  expect([problemsOf(made, "c"), problemsOf(made, "a")]).toEqual([["c: no layer has a map"], []]);
});
