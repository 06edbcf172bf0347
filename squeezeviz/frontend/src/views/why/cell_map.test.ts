import { expect, test } from "vitest";
import { stepped, within } from "./cell_map.tsx";

test("arrow keys stop at the map's edges, and other keys lead nowhere", () => {
  const to = (key: string) => stepped(key, [0, 2], [3, 3]);
  expect([to("ArrowUp"), to("ArrowDown"), to("ArrowLeft"), to("ArrowRight"), to("x")]).toEqual([
    [0, 2],
    [1, 2],
    [0, 1],
    [0, 2],
    null,
  ]);
  expect([within(-1, 3), within(5, 3)]).toEqual([0, 2]);
});
