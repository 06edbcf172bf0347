import { expect, test } from "vitest";
import { numberOf, someOf, sources, whyNotKept, written } from "./words.ts";

const SAID = {
  labels: "said",
  preprocessing: "nobody",
  in_file: ["labels"],
  keepable: [],
  kept_in: "my.squeezeviz.json",
  undo: "",
} as const;

test("numbers are read as people type them, and nothing else is", () => {
  expect(["1/255", " 0.5 ", "−1", "-2", "1e-3"].map(numberOf)).toEqual([1 / 255, 0.5, -1, -2, 0.001]);
  for (const typed of ["", " ", "1/0", "1/2/3", "/2", "2/", "half", "NaN", "Infinity"]) {
    expect(numberOf(typed), typed).toBeNull();
  }
});

test("what is written is read again", () => {
  for (const value of [1 / 255, 1 / 127.5, 0.485, 103.96, -1, 0, 1])
    expect(numberOf(written(value))).toBeCloseTo(value, 9);
  expect([written(1 / 255), written(0.485), written(1)]).toEqual(["1/255", "0.485", "1"]);
});

test("a few classes stand for all", () => {
  expect(someOf([{ label: "cat" }, { label: "dog" }])).toBe("cat, dog (2)");
  expect(someOf(Array.from({ length: 1000 }, (_, at) => ({ label: `${at}` })))).toBe("0, 1, 2, 3 … (1,000)");
});

test("who says it, and why it cannot be kept", () => {
  expect(sources({ ...SAID, in_file: [], keepable: [] })).toEqual({
    labels: "as said",
    preprocessing: "assumed: nobody has said it",
  });
  expect(whyNotKept({ ...SAID, in_file: ["labels"], keepable: [] })).toContain("says its labels itself");
  expect(whyNotKept({ ...SAID, in_file: [], keepable: [] })).toBe("");
  expect(whyNotKept({ ...SAID, in_file: ["labels"], keepable: [], kept_in: "" })).toBe("");
});
