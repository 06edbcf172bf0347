/** The maps of a grid on a canvas. */
import { sharp, token } from "../../draw/canvas.ts";
import { fillDifferences, fillSheet, type Look, type Sheet } from "../../draw/heatmaps.ts";
import { colour } from "../../draw/palette.ts";
import type { Tensor } from "../../store/types.ts";
import { type Grid, placeOf } from "./layout.ts";

export interface Painting {
  tensor: Tensor;
  /** In the order in which they stand. */
  channels: readonly number[];
  grid: Grid;
  look: Look;
  /** The camera's frames pass: about one cell a pixel of the screen, and no more work than that. */
  isLive: boolean;
  isAblated: (channel: number) => boolean;
  /** What is shown in the place of the maps, of every channel, and what full colour stands for; null for the maps. */
  difference: { tensor: Tensor; most: number } | null;
}

export function paintGrid(canvas: HTMLCanvasElement, sheet: Sheet, painting: Painting): void {
  const { tensor, channels, grid, look, isLive, difference } = painting;
  const [, cellsDown, cellsAcross] = tensor.shape;
  const [tall, broad] = [grid.high * devicePixelRatio, grid.wide * devicePixelRatio];
  const context = sharp(canvas, grid.width, grid.height);
  // Whole multiples are drawn unsmoothed, so that every cell is as large as the next.
  context.imageSmoothingEnabled = broad % cellsAcross !== 0 || tall % cellsDown !== 0;
  // Smaller than they are, a third of the time, and nobody sees a difference.
  const isSmaller = broad < cellsAcross || tall < cellsDown;
  context.imageSmoothingQuality = isLive ? "low" : isSmaller ? "medium" : "high";
  const every = (cells: number, px: number) => (isLive ? Math.max(1, Math.round(cells / px)) : 1);
  const per = [every(cellsDown, tall), every(cellsAcross, broad)] as const;
  const { wide, high } = difference
    ? fillDifferences(sheet, difference.tensor, channels, grid.columns, difference.most)
    : fillSheet(sheet, tensor, channels, grid.columns, look, per);
  context.fillStyle = colour(look.palette, 0);
  channels.forEach((channel, index) => {
    const { left, top } = placeOf(grid, index);
    if (difference || (tensor.max[channel] ?? 0) > 0) {
      const [x, y] = [(index % grid.columns) * wide, Math.floor(index / grid.columns) * high];
      context.drawImage(sheet.canvas, x, y, wide, high, left, top, grid.wide, grid.high);
    } else context.fillRect(left, top, grid.wide, grid.high);
  });
  cross(canvas, context, painting);
}

/** Channels that are zero everywhere have a line through them; ablated ones, be they zero or their mean, two. */
function cross(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, painting: Painting): void {
  const { tensor, channels, grid, isAblated } = painting;
  const [dead, ablated] = [new Path2D(), new Path2D()];
  channels.forEach((channel, index) => {
    const isDead = (tensor.max[channel] ?? 0) <= 0;
    const path = isAblated(channel) ? ablated : isDead ? dead : null;
    if (!path) return;
    const { left, top } = placeOf(grid, index);
    const [right, bottom] = [left + grid.wide, top + grid.high];
    path.moveTo(left, top);
    path.lineTo(right, bottom);
    if (path !== ablated) return;
    path.moveTo(left, bottom);
    path.lineTo(right, top);
  });
  context.strokeStyle = token(canvas, "--bar");
  context.globalAlpha = 0.7;
  context.lineWidth = 1.2;
  context.stroke(dead);
  context.strokeStyle = token(canvas, "--ember");
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.stroke(ablated);
}

/** What colours stand for, from just above zero to full. */
export function paintBar(canvas: HTMLCanvasElement, palette: string): void {
  const [width, height] = [84, 8];
  const context = sharp(canvas, width, height);
  for (let x = 0; x < width; x += 1) {
    context.fillStyle = colour(palette, 1 + Math.round((x / (width - 1)) * 254));
    context.fillRect(x, 0, 1.5, height);
  }
}
