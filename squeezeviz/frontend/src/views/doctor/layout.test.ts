import { expect, test } from "vitest";
import type { Ranked } from "../../protocol.ts";
import { chance, meant, namesOf, rowOf } from "./layout.ts";

const LABELS = [
  { label: "crane", wnid: "n01", also: ["bird"] },
  { label: "crane", wnid: "n02", also: ["machine"] },
  { label: "tench", wnid: "n03", also: ["Tinca tinca", "bird"] },
  { label: "7", wnid: "", also: [] },
];
const NAMES = namesOf(LABELS);

test("classes of one name are offered with their index", () => {
  expect(NAMES).toEqual(["crane (0)", "crane (1)", "tench", "7"]);
});

test("a class is meant by its name, its WordNet id, another name or its index, and by nothing that could be two", () => {
  const found = (typed: string) => meant(typed, LABELS, NAMES);
  expect([" Tench", "tinca tinca", "n02", "crane (1)", "machine", "1"].map(found)).toEqual([2, 2, 1, 1, 1, 1]);
  expect(found("7"), "a name comes before an index").toBe(3);
  for (const typed of ["", " ", "crane", "bird", "99", "ten", "-1"]) expect(found(typed), typed).toBeNull();
});

const BASE = { preset: "", words: "", preprocessing: {}, is_in_use: false, is_habit: false } as const;
const NOTHING = { hits: null, top1: null, interval: null, p: null, confidence: null, entropy: null, agreement: null };

test("with labels a row shows its share, interval and p; without, agreement that never leaves its track", () => {
  const labelled: Ranked = { ...BASE, ...NOTHING, hits: 26, top1: 26 / 28, interval: [0.774, 0.98], p: 0.25 };
  expect(rowOf(labelled, 28)).toEqual({
    share: 26 / 28,
    interval: [0.774, 0.98],
    figure: "92.9 %",
    beside: ["26 of 28", "95 %: 77–98 %"],
    p: 0.25,
  });
  const unlabelled: Ranked = { ...BASE, ...NOTHING, confidence: 0.5, entropy: 1.25, agreement: -0.2 };
  expect(rowOf(unlabelled, 28)).toMatchObject({ share: 0, figure: "-0.20", interval: null, p: null });
});

test("chance is said in two digits", () => {
  expect([chance(1), chance(0.03125), chance(1e-9)]).toEqual(["p = 1", "p = 0.031", "p < 0.0001"]);
});
