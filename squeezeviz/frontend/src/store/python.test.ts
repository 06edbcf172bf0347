import { expect, test } from "vitest";
import { pythonOf } from "./python.ts";

test("a line opens what is chosen, and says nothing that is usual", () => {
  const traits = {
    preset: "caffe2-aspect",
    layer: "fire5/concat",
    channel: 142,
    cell: [14, 21] as [number, number],
    class_index: null,
    pinned: [],
    explaining: true,
    kernels: false,
    opened: [{ layer: "conv1", channel: 1, cell: [2, 3] as [number, number] }],
    ablated: { "fire2/concat": [1, 2, 3] },
  };
  expect(pythonOf({ photo: "coffee", traits })).toBe(
    'sv.explore("coffee", preprocessing="caffe2-aspect", layer="fire5/concat", channel=142, cell=(14, 21), ' +
      'explaining=True, opened=[{"layer": "conv1", "channel": 1, "cell": (2, 3)}], ' +
      'ablated={"fire2/concat": [1, 2, 3]})',
  );
});

test("names stay within their quotes, and turn no line round", () => {
  expect(pythonOf({ photo: '")\nimport os #\u202e\\', traits: { layer: "𝄞é\u{e0001}" } })).toBe(
    String.raw`sv.explore("\")\nimport os #\u202e\\", layer="𝄞é\U000e0001")`,
  );
});

test("without a photo it opens an empty page", () => {
  expect(pythonOf({ traits: {} })).toBe("sv.explore()");
});
