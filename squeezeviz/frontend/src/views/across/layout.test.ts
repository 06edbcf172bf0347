import { expect, test } from "vitest";
import { classWords, FRAME, histogramWords, layoutHistogram, markIn, placeAmong } from "./layout.ts";

const edges = [1, 10, 100, 1000, 10000, 100000];
/** Photos at 0, and between the edges. */
const peaks = [30, 0, 4, 20, 0, 0];

test("a value lies among the bins by its logarithm", () => {
  expect([0.5, 1, 100, 1e6].map((value) => placeAmong(edges, value))).toEqual([0, 0, 2, 5]);
  expect(placeAmong(edges, Math.sqrt(10))).toBeCloseTo(0.5);
});

test("bars share the width, and one bin more at either end is shown", () => {
  const drawn = layoutHistogram({ edges, peaks }, null, FRAME.left + 400);
  expect(drawn?.ends).toEqual([1, 10000]);
  expect(drawn?.bars.map(({ left, height }) => [left, height])).toEqual([
    [FRAME.left + 100, (FRAME.tall * 4) / 20],
    [FRAME.left + 200, FRAME.tall],
  ]);
});

test("photos at 0 stand apart, and are broken off where they are more than the others", () => {
  expect(layoutHistogram({ edges, peaks }, null, 418)?.none).toEqual({ height: FRAME.tall, isBroken: true });
  const few = layoutHistogram({ edges, peaks: [10, ...peaks.slice(1)] }, null, 418);
  expect(few?.none).toEqual({ height: FRAME.tall / 2, isBroken: false });
  expect(layoutHistogram({ edges, peaks: [0, ...peaks.slice(1)] }, null, 418)?.none.height).toBe(0);
});

test("this photo's maximum is in sight, wherever it lies", () => {
  const far = layoutHistogram({ edges, peaks }, 50000, 418);
  expect(far?.ends).toEqual([1, 100000]);
  expect(far?.own).toBeGreaterThan(FRAME.left + 4 * 80);
  expect(layoutHistogram({ edges, peaks }, 0, 418)?.own).toBe(FRAME.zero / 2);
  expect(layoutHistogram({ edges, peaks }, null, 418)?.own).toBeNull();
});

test("a channel that is 0 everywhere has no bars", () => {
  expect(layoutHistogram({ edges, peaks: [48, 0, 0, 0, 0, 0] }, 1, 418)).toBeNull();
});

test("the histogram in words", () => {
  expect(histogramWords({ edges, peaks, photos: 54 }, 2)).toBe(
    "Histogram of 54 photos by their maximum, on a logarithmic axis: 30 at 0, the others from 10.0 to 1000; this photo reaches 2.00",
  );
  expect(histogramWords({ edges, peaks: [48, 0], photos: 48 }, null)).toMatch(/: 48 at 0$/);
});

test("only what is less than the crop is marked in it", () => {
  expect(markIn([0, -0.1, 0.95, 1.2])).toBeNull();
  expect(markIn([0.25, 0.5, 0.75, 2])).toEqual({ left: "25%", top: "50%", width: "50%", height: "50%" });
});

test("classes are named where they stand out", () => {
  const classes = ["cat", "dog", "fox", "owl"].map((label, class_index) => ({ class_index, label }));
  expect(classWords({ classes, selectivity: 0.5 })).toBe("Activates mostly on cat, dog, fox, …; selectivity 0.50.");
  expect(classWords({ classes, selectivity: 0.01 })).toMatch(/^Activates on all classes about alike; /);
  expect(classWords({ classes: [], selectivity: null })).toBe("");
});
