import { expect, test } from "vitest";
import { columnsOf, offered, spoken } from "./layout.ts";

const samples = ["a", "b", "c"].map((name) => ({ name, is_drawn: false }));
const drawn = { name: "shape-red-star", is_drawn: true };

test("a model of drawings is offered drawings and two photos; any other one photos", () => {
  const names = (isOfDrawings: boolean) => offered([...samples, drawn], isOfDrawings).map(({ name }) => name);
  expect(names(true)).toEqual(["shape-red-star", "a", "b"]);
  expect(names(false)).toEqual(["a", "b", "c"]);
  expect(offered(samples, true)).toEqual(samples);
});

test("samples stand in one row, or in two of one length", () => {
  expect([0, 3, 7, 8, 9].map(columnsOf)).toEqual([0, 3, 7, 4, 5]);
});

test("a sample is called by what is on it", () => {
  expect(spoken("shape-red-star")).toBe("red star");
});
