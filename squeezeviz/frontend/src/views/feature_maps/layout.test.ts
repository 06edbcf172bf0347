import { expect, test } from "vitest";
import { enlarge, heightOf, layoutGrid, numberedRows, placeOf, pointOf, SIZES, splitWidth } from "./layout.ts";

const AREA = { width: 640, height: 560 };

test.each([
  [1, [14, 14]],
  [3, [8, 8]],
  [10, [1, 1]],
  [64, [113, 113]],
  [128, [28, 28]],
  [100, [24, 32]],
  [100, [32, 24]],
  [256, [6, 24]],
  [30, [1, 100]],
] as const)("%i maps of %j lie in the area, and do not overlap", (count, shape) => {
  const grid = layoutGrid(count, shape, AREA);
  expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(count);
  expect(grid.columns * (grid.rows - 1)).toBeLessThan(count);
  expect(grid.width).toBeLessThanOrEqual(AREA.width);
  expect(grid.height).toBeLessThanOrEqual(AREA.height);
  expect([grid.across - grid.wide, grid.down - grid.high]).toEqual([2, 2]);
  expect(Math.max(grid.wide, grid.high)).toBeGreaterThanOrEqual(14);
});

test("square maps are drawn in squares, others in their own shape", () => {
  const square = layoutGrid(128, [28, 28], AREA);
  expect(square.high).toBe(square.wide);
  const oblong = layoutGrid(128, [24, 32], AREA);
  expect(oblong.high).toBe(Math.round(oblong.wide * 0.75));
  const upright = layoutGrid(128, [32, 24], AREA);
  expect(upright.high).toBe(Math.round((upright.wide * 4) / 3));
});

test("the area is filled: no other number of columns has maps a tenth larger", () => {
  for (const shape of [
    [28, 28],
    [24, 32],
  ] as const) {
    const grid = layoutGrid(128, shape, AREA);
    for (let columns = 1; columns <= 64; columns += 1) {
      const [across, down] = [AREA.width / columns - 2, AREA.height / Math.ceil(128 / columns) - 2];
      expect(grid.wide).toBeGreaterThan(0.85 * Math.min(across, (down * shape[1]) / shape[0]));
    }
  }
});

test("cells that are large are whole pixels, in both directions", () => {
  const grid = layoutGrid(6, [11, 15], { width: 838, height: 780 });
  expect([grid.wide % 15, grid.high % 11, grid.wide / 15 - grid.high / 11]).toEqual([0, 0, 0]);
});

test("a size holds for the longer side, whatever fits", () => {
  for (const size of SIZES.slice(1)) {
    expect(layoutGrid(64, [24, 32], AREA, size)).toMatchObject({ wide: size, high: Math.round(size * 0.75) });
    expect(Math.abs(layoutGrid(64, [32, 24], AREA, size).high - size)).toBeLessThanOrEqual(1);
  }
});

test("too many for the area stay large enough to be seen, and the grid grows", () => {
  const grid = layoutGrid(1000, [14, 14], { width: 300, height: 200 });
  expect(grid).toMatchObject({ wide: 16, columns: 16, rows: 63 });
  expect(grid.height).toBeGreaterThan(200);
});

test("a narrow area has a column", () => {
  expect(layoutGrid(12, [14, 14], { width: 60, height: 560 }, 113).columns).toBe(1);
});

test("where a map stands is where a point in it is found", () => {
  const [shape, grid] = [[24, 32] as const, layoutGrid(90, [24, 32], AREA)];
  for (const index of [0, 1, 37, 89]) {
    const { left, top } = placeOf(grid, index);
    for (const [y, x] of [
      [0, 0],
      [23, 31],
      [7, 19],
    ] as const) {
      const point = pointOf(grid, shape, left + ((x + 0.5) * grid.wide) / 32, top + ((y + 0.5) * grid.high) / 24);
      expect(point).toEqual({ index, cell: [y, x] });
    }
  }
  expect(pointOf(grid, shape, -1, 10)).toBeNull();
  expect(pointOf(grid, shape, grid.width + 3, 10)).toBeNull();
});

test("rows are numbered as far as there is room", () => {
  expect(numberedRows(layoutGrid(8, [14, 14], { width: 60, height: 560 }, 28))).toEqual([0, 1, 2, 3]);
  expect(numberedRows({ ...layoutGrid(8, [1, 4], AREA, 20), rows: 5, down: 7 })).toEqual([0, 2, 4]);
});

test("a wide page gives the maps more height, as far as the screen shows it; a view of its own does not", () => {
  expect(heightOf(660, 1200, true)).toBe(560);
  expect(heightOf(900, 1200, true)).toBe(860);
  expect(heightOf(900, 900, true)).toBe(780);
  expect(heightOf(900, 400, true)).toBe(560);
  expect(heightOf(1400, 1200, false)).toBe(560);
});

test("branches stand side by side where there is room, and share it", () => {
  expect(splitWidth(300, 2)).toEqual({ isStacked: true, each: 274 });
  const { isStacked, each } = splitWidth(820, 2);
  expect(isStacked).toBe(false);
  expect(2 * (each + 26) + 20).toBe(820);
});

test("one map is enlarged in its own shape, every cell as large as the next", () => {
  expect(enlarge([24, 32], { width: 650, height: 560 })).toEqual([640, 480]);
  expect(enlarge([28, 28], { width: 650, height: 555 }, 1.5)).toEqual([28 * (29 / 1.5), 28 * (29 / 1.5)]);
  expect(enlarge([1000, 500], { width: 650, height: 560 })).toEqual([280, 560]);
  expect(enlarge([24, 32], { width: 0, height: 560 })).toEqual([0, 0]);
});
