import { expect, test } from "vitest";
import type { Network } from "../../store/types.ts";
import { rowsOf } from "./layout.ts";

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const network = {
  layers: [
    { name: "a", kind: "convolution", shape: [10, 4, 4], inputs: [] },
    { name: "b", kind: "convolution", shape: [12, 4, 4], inputs: [] },
    { name: "join", kind: "concatenation", shape: [22, 4, 4], inputs: ["a", "b"] },
  ],
} as unknown as Network;
const name = (channels: number[], layer = "join") => rowsOf({ [layer]: channels }, network)[0]?.name;

test("a few channels are restored one by one", () => {
  const [row, ...others] = rowsOf({ join: [3, 17], a: [] }, network);
  expect(others).toEqual([]);
  expect(row?.name).toBe("join");
  expect(row?.buttons.map(({ text, says, channels }) => [text, says, channels])).toEqual([
    ["3", "join, channel 3: restore", [3]],
    ["17", "join, channel 17: restore", [17]],
  ]);
});

test("many go together, and are called a branch or the whole layer where they are", () => {
  expect(name(range(10, 22))).toBe("b in join");
  expect(name(range(0, 22))).toBe("all of join");
  expect(name(range(5, 17))).toBe("join: 12 channels");
  expect(name(range(0, 9), "of another network")).toBe("of another network: 9 channels");
});
