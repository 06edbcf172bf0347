import { expect, test } from "vitest";
import { closer, dragged, type Spot, transformOf, WHOLE, type Zoom } from "./zoom.ts";

/** Where a spot of the whole photo is seen. */
const seen = ({ scale, x, y }: Zoom, [across, down]: Spot): Spot => [scale * across + x, scale * down + y];
const near = (spot: Spot) => spot.map((each) => expect.closeTo(each, 9));

test("what is at a spot stays there while it comes closer", () => {
  const once = closer(WHOLE, 2, [0.25, 0.75]);
  expect(once.scale).toBe(2);
  expect(seen(once, [0.25, 0.75])).toEqual(near([0.25, 0.75]));
  const twice = closer(once, 1.5, [0.9, 0.1]);
  const under: Spot = [(0.9 - once.x) / 2, (0.1 - once.y) / 2];
  expect(seen(twice, under)).toEqual(near([0.9, 0.1]));
});

test("two fingers take along what is under each of them", () => {
  const from: Spot[] = [
    [0.4, 0.5],
    [0.6, 0.5],
  ];
  const to: Spot[] = [
    [0.2, 0.55],
    [0.8, 0.55],
  ];
  const zoom = dragged(WHOLE, from, to);
  expect(zoom.scale).toBeCloseTo(3);
  expect(from.map((spot) => seen(zoom, spot))).toEqual(to.map(near));
});

test("one finger moves it, not further than its edges", () => {
  const zoom = closer(WHOLE, 4);
  expect(seen(dragged(zoom, [[0.5, 0.5]], [[0.6, 0.3]]), [0.5, 0.5])).toEqual(near([0.6, 0.3]));
  const far = dragged(zoom, [[0.5, 0.5]], [[9, -9]]);
  expect([seen(far, [0, 0])[0], seen(far, [1, 1])[1]]).toEqual(near([0, 1]));
});

test("it is at most eight times as large, and never smaller than whole", () => {
  expect(closer(WHOLE, 100).scale).toBe(8);
  expect(closer(closer(WHOLE, 100, [0.1, 0.9]), 0.001)).toEqual(WHOLE);
  expect(dragged(WHOLE, [[0.5, 0.5]], [[0.9, 0.9]])).toEqual(WHOLE);
  const together: Spot[] = [
    [0.5, 0.5],
    [0.5, 0.5],
  ];
  expect(dragged(WHOLE, together, together)).toEqual(WHOLE);
});

test("whole needs no transform", () => {
  expect(transformOf(WHOLE)).toBeUndefined();
  expect(transformOf({ scale: 2, x: -0.5, y: -1 })).toBe("translate(-50%, -100%) scale(2)");
});
