import { expect, test } from "vitest";
import { placeOf } from "./strip.tsx";

const entries = [{ id: "a" }, { id: "b" }, { id: "c" }];

test("keys step through the strip, and stop at its ends", () => {
  const to = (key: string, chosen: string) => placeOf(key, entries, chosen);
  expect([to("ArrowRight", "a"), to("ArrowRight", "c"), to("ArrowLeft", "a")]).toEqual([1, 2, 0]);
  expect([to("Home", "c"), to("End", "a"), to("x", "a")]).toEqual([0, 2, null]);
});
