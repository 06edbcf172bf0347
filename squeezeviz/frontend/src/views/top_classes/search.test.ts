import { expect, test } from "vitest";
import { ClassSearch, matching } from "./search.ts";

const LABELS = [
  { label: "tiger cat", wnid: "n02123159", also: [] },
  { label: "cougar", wnid: "n02125311", also: ["puma", "catamount"] },
  { label: "catamaran", wnid: "n02981792", also: [] },
  { label: "meerkat", wnid: "n02138441", also: ["mierkat"] },
  ...Array.from({ length: 9 }, (_, index) => ({ label: `bird ${index}`, wnid: "", also: [] })),
];
const found = (text: string, ranking = LABELS.map((_, index) => index)) =>
  matching(text, ranking, (index) => LABELS[index] ?? { label: "", wnid: "", also: [] });

test("a class whose name begins so comes before one by another name, and that before one that has it within", () => {
  expect(found("cat")).toEqual([2, 1, 0]);
  expect(found(" CAT ")).toEqual([2, 1, 0]);
});

test("alike ones are sorted by probability, and there are never more than fit", () => {
  expect(found("bird", [12, 4, 8, 5, 6, 7, 9, 10, 11])).toEqual([12, 4, 8, 5, 6, 7]);
});

test("a WordNet id and a number find their class, nothing finds none", () => {
  expect(found("n02138441")).toEqual([3]);
  expect(found("12")[0]).toBe(12);
  expect([found(""), found("  "), found("xyzzy")]).toEqual([[], [], []]);
});

test("a search that is cleared was one, and is none any more", () => {
  const search = new ClassSearch();
  search.type("cat");
  expect([search.clear(), search.text(), search.clear()]).toEqual([true, "", false]);
});
