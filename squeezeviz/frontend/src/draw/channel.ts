/** One channel's map, and marks on maps. */

import type { Tensor } from "../store/types.ts";
import { token } from "./canvas.ts";
import { oneMap } from "./heatmaps.ts";
import { indexOf, pixels } from "./palette.ts";

/** A channel's map over a square of a canvas that `sharp` has made; full colour is its largest value. */
export function drawChannel(
  context: CanvasRenderingContext2D,
  { shape: [, height, width], values, max }: Tensor,
  channel: number,
  palette: string,
  side: number,
): void {
  const [table, top, start] = [pixels(palette), max[channel] ?? 0, channel * height * width];
  const picture = oneMap(width, height, (at) => table[indexOf(values[start + at] ?? 0, top)] ?? 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, 0, 0, side, side);
}

/** Left, top, width and height, in CSS pixels. */
export type Box = readonly [number, number, number, number];

/** A frame that stands out from whatever it lies on. */
export function drawFrame(context: CanvasRenderingContext2D, box: Box): void {
  const strokes = { "--bg": 3.5, "--accent": 1.75 };
  for (const [name, width] of Object.entries(strokes)) {
    context.lineWidth = width;
    context.strokeStyle = token(context.canvas, name);
    context.strokeRect(...box);
  }
}
