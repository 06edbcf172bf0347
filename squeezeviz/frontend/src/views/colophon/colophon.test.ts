import { expect, test } from "vitest";
import type { Progress } from "../../host/door.ts";
import { computedWords } from "./colophon.tsx";

const exactness = { layer: "conv1", size: 1.25e-7, compared: 1234 };
const whole: Progress = { layers: 26, done: 26, ms: 340, exactness, problem: "" };
const said = (progress: Partial<Progress>) => computedWords({ ...whole, ...progress }, 30);

test("what is computed is said while it is, with how many layers there are", () => {
  expect(said({ done: 3, ms: 0 })).toMatch(/: 3 of 26 …$/);
  expect(said({ layers: 0, done: 0, ms: 0 })).toMatch(/: 0 of 30 …$/);
});

test("how far it is from Python is said once something was compared", () => {
  expect(said({})).toMatch(/^All 26 layers .* in 0\.34 s\. .* of 1,234 compared: 1\.[23]e-7 of .* \(conv1\)\.$/);
  expect(said({ exactness: { layer: "", size: 0, compared: 0 } })).toMatch(/Nothing is quantised\.$/);
});

test("a problem comes first", () => {
  expect(said({ problem: "no memory" })).toBe("The layers could not be computed: no memory");
});
