/** Where each map of a grid stands: in tiles of the maps' own shape, as large as they can be with all of them in view. */

const [LEAST_PX, SMALL_PX, MOST_PX, MOST_COLUMNS] = [14, 16, 320, 64];
const LARGE_CELL_PX = 8;
const SLIMMEST = 1 / 4; // what is slimmer than that is drawn wider than it is, to be seen at all
const [MANY, GUTTER_PX, BRANCH_GAP_PX, SIDE_BY_SIDE_PX] = [300, 26, 20, 400];
/** Above each grid, with its name. */
export const HEADER_PX = 20;
const [AREA_PX, TALL_PX, WIDE_PX, AROUND_PX] = [560, 860, 800, 120];

/** Of the longer side of a tile, in CSS pixels; 0: as large as fits. */
export const SIZES = [0, 20, 28, 42, 56, 84, 113] as const;

export interface Area {
  width: number;
  height: number;
}

/** In CSS pixels. */
export interface Grid {
  columns: number;
  rows: number;
  /** A tile. */
  wide: number;
  high: number;
  /** From one tile to the next. */
  across: number;
  down: number;
  /** All of them. */
  width: number;
  height: number;
}

/**
 * @param count Of maps.
 * @param shape Of a map: cells down and across.
 * @param area What they should fill.
 * @param size Of a tile's longer side; 0: as large as fits.
 */
export function layoutGrid(count: number, shape: readonly [number, number], area: Area, size = 0): Grid {
  const gap = count > MANY ? 1 : 2;
  const ratio = Math.min(1 / SLIMMEST, Math.max(SLIMMEST, shape[0] / shape[1]));
  const widthOf = (longer: number) => Math.max(1, Math.round(ratio > 1 ? longer / ratio : longer));
  const fitted = size ? null : fit(count, ratio, area, gap);
  const wide = fitted ? whole(fitted.wide, shape[1]) : widthOf(size || SMALL_PX);
  const most = Math.max(1, Math.floor((area.width + gap) / (wide + gap)));
  const columns = fitted?.columns ?? (size ? most : Math.max(4, most - (most % 4)));
  const high = Math.max(1, Math.round(wide * ratio));
  const rows = Math.ceil(count / columns);
  const [across, down] = [wide + gap, high + gap];
  return { columns, rows, wide, high, across, down, width: columns * across - gap, height: rows * down - gap };
}

/** Where cells are large, they are whole pixels, so that they need not be smoothed. */
function whole(wide: number, cells: number): number {
  const each = Math.floor(wide / cells);
  return each >= LARGE_CELL_PX ? each * cells : wide;
}

/** As large as fits, and rather wide than tall where that makes little difference; null where they would be too small. */
function fit(count: number, ratio: number, area: Area, gap: number): { columns: number; wide: number } | null {
  const most = Math.floor(MOST_PX / Math.max(1, ratio));
  const ways = Array.from({ length: Math.min(count, MOST_COLUMNS) }, (_, index) => {
    const columns = index + 1;
    const [wide, high] = [
      Math.floor((area.width + gap) / columns),
      Math.floor((area.height + gap) / Math.ceil(count / columns)),
    ];
    return { columns, wide: Math.min(most, wide - gap, Math.floor((high - gap) / ratio)) };
  });
  const largest = Math.max(0, ...ways.map(({ wide }) => wide));
  const near = ways.filter(({ wide }) => wide >= 0.9 * largest);
  const best = near.filter(({ columns }) => columns % 2 === 0).at(-1) ?? near.at(-1); // even ones: channels are counted by them
  return best && best.wide * Math.max(1, ratio) >= LEAST_PX ? best : null;
}

/** Where the map of a place in the order stands. */
export function placeOf({ columns, across, down }: Grid, index: number): { left: number; top: number } {
  return { left: (index % columns) * across, top: Math.floor(index / columns) * down };
}

/** The place and the cell (y, x) that a point of the grid is in; null beside all of them. */
export function pointOf(
  { columns, wide, high, across, down }: Grid,
  shape: readonly [number, number],
  x: number,
  y: number,
): { index: number; cell: [number, number] } | null {
  const [column, row] = [Math.floor(x / across), Math.floor(y / down)];
  if (column < 0 || column >= columns || row < 0) return null;
  const inside = (share: number) => Math.min(0.9999, Math.max(0, share)); // the gap belongs to the map before it
  const cell: [number, number] = [
    Math.floor(inside((y - row * down) / high) * shape[0]),
    Math.floor(inside((x - column * across) / wide) * shape[1]),
  ];
  return { index: row * columns + column, cell };
}

/** The rows that are numbered: every one, or as many as there is room for. */
export function numberedRows({ rows, down }: Grid): number[] {
  const every = Math.max(1, Math.ceil(14 / down));
  return Array.from({ length: Math.ceil(rows / every) }, (_, step) => step * every);
}

/**
 * How tall the area of the maps is. Beside the other columns of a wide page there is room for more, as far as the screen
 * shows it at once; it hangs on nothing that the page has loaded, so that nothing jumps.
 *
 * @param width Of the area.
 * @param screen The height of what is seen of the page.
 * @param isBeside Whether there are other columns.
 */
export function heightOf(width: number, screen: number, isBeside: boolean): number {
  return isBeside && width >= WIDE_PX ? Math.min(TALL_PX, Math.max(AREA_PX, screen - AROUND_PX)) : AREA_PX;
}

/** Branches stand side by side where there is room for it: how wide each grid is, beside its numbers. */
export function splitWidth(width: number, branches: number): { isStacked: boolean; each: number } {
  const isStacked = width < SIDE_BY_SIDE_PX;
  const each = isStacked ? width : (width - BRANCH_GAP_PX * (branches - 1)) / branches;
  return { isStacked, each: each - GUTTER_PX };
}

/** One map as large as an area lets it be; where that enlarges it, by a whole number of the screen's pixels. */
export function enlarge(shape: readonly [number, number], { width, height }: Area, ratio = 1): [number, number] {
  const scale = Math.max(0, Math.min(width / shape[1], height / shape[0]));
  const whole = scale * ratio >= 1 ? Math.floor(scale * ratio) / ratio : scale;
  return [shape[1] * whole, shape[0] * whole];
}
