import { expect, test } from "vitest";
import { CURVE, middle, pathOf, pressed, shares, spanned } from "./layout.ts";
import { MEASURES } from "./measures.ts";

const SIZE = { width: 100, height: 200 };

test("a box is what two corners span, wherever it begins, and at least a pixel of the input", () => {
  expect(spanned([60, 150], [10, 20], SIZE)).toEqual([10, 20, 50, 130]);
  expect(spanned([90, 190], [300, 400], SIZE)).toEqual([90, 190, 10, 10]);
  expect(spanned([5, 5], [5, 5], SIZE)).toEqual([5, 5, 1, 1]);
  expect(middle(SIZE)).toEqual([25, 50, 50, 100]);
});

test("arrows move the box, with Shift they size it; it stays on the photo, and as large as it was", () => {
  const press = (key: string, shiftKey = false, box = middle(SIZE)) => pressed(box, { key, shiftKey }, SIZE);
  expect(press("ArrowRight")).toEqual([27, 50, 50, 100]);
  expect(press("ArrowUp")).toEqual([25, 48, 50, 100]);
  expect(press("ArrowLeft", false, [1, 0, 50, 100])).toEqual([0, 0, 50, 100]);
  expect(press("ArrowRight", false, [50, 0, 50, 100])).toEqual([50, 0, 50, 100]);
  expect(press("ArrowRight", true)).toEqual([25, 50, 52, 100]);
  expect(press("ArrowUp", true, [0, 0, 50, 1])).toEqual([0, 0, 50, 1]);
  expect(press("a")).toBeNull();
});

test("it lies over the picture in shares of its sides", () => {
  expect(shares([25, 50, 50, 100], SIZE)).toEqual({ left: "25%", top: "25%", width: "50%", height: "50%" });
});

test("a curve spans its room, and what is not there yet leaves some free", () => {
  expect(pathOf([0, 1], [0, 1])).toBe(`M0.0 ${CURVE.height}.0L${CURVE.width}.0 0.0`);
  expect(pathOf([1, 0], [-1, 1], 3)).toBe(`M0.0 0.0L${CURVE.width / 2}.0 ${CURVE.height / 2}.0`);
  expect(pathOf([], [0, 1])).toBe("");
});

test("each measure says which way is better, in what range, and what it does not show", () => {
  for (const { better, range, says } of MEASURES) {
    expect([better, range]).toEqual([
      expect.stringMatching(/^(higher|lower|nearer to 0) is better$/),
      expect.any(String),
    ]);
    for (const about of [null, { samples: 3, radius: 2, stages: ["conv10", "conv1"] }]) {
      expect(says(about)).toMatch(/^[A-Z][^.]*; [^.]*\.$/); // one sentence, of two halves
    }
  }
  const [sensitivity, randomised] = ["sensitivity", "randomised"].map((name) => {
    return MEASURES.find((each) => each.name === name)?.says({ samples: 3, radius: 2, stages: ["conv10", "conv1"] });
  });
  expect(sensitivity).toContain("over 3 copies of the photo in which no pixel value changes by more than 2 of 255");
  expect(randomised).toContain("from conv10 down to conv1");
});
