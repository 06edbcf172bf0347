/** The three pictures of a sweep: what the window moves over, what is in it, and what has come of it so far. */

import { token } from "../../draw/canvas.ts";
import { type Box, drawChannel, drawFrame } from "../../draw/channel.ts";
import { write } from "../../draw/lettering.ts";
import { differencePixel, indexOf, pixels } from "../../draw/palette.ts";
import type { Picture, Tensor } from "../../store/types.ts";
import { type Entry, type Place, placeOf, type Swept } from "./window.ts";
import { brief } from "./words.ts";

/** Where something of so many cells lies on a map, seen however small. */
function boxOf(
  { top, left, height, width }: Place,
  [rows, columns]: [number, number],
  side: number,
  least: number,
): Box {
  const [down, across] = [side / rows, side / columns];
  const [tall, wide] = [Math.max(least, height * down), Math.max(least, width * across)];
  return [(left + width / 2) * across - wide / 2, (top + height / 2) * down - tall / 2, wide, tall];
}

const around = ([left, top, width, height]: Box): Box => [left - 1, top - 1, width + 2, height + 2];

interface Map {
  /** Null while its layer is on its way. */
  tensor: Tensor | null;
  channel: number;
  palette: string;
  /** In CSS pixels. */
  side: number;
}

/** @param seen What the network gets, shown where the window moves over that. */
export function drawInput(context: CanvasRenderingContext2D, swept: Swept, at: number, map: Map, seen: Picture): void {
  const { tensor, channel, palette, side } = map;
  context.imageSmoothingEnabled = false;
  if (!swept.before) context.drawImage(seen, 0, 0, side, side);
  else if (tensor) drawChannel(context, tensor, channel, palette, side);
  const [, rows, columns] = swept.input;
  drawFrame(context, around(boxOf(placeOf(swept, at), [rows, columns], side, 4)));
}

/** The output, as far as the window has come. */
export function drawOutput(context: CanvasRenderingContext2D, swept: Swept, at: number, map: Map): void {
  const { tensor, channel, palette, side } = map;
  if (!tensor) return;
  drawChannel(context, tensor, channel, palette, side);
  const [rows, columns] = swept.output;
  const [y, x] = [Math.floor(at / columns), at % columns];
  const [tile, row] = [side / columns, side / rows];
  context.fillStyle = token(context.canvas, "--bg");
  context.globalAlpha = 0.82;
  context.fillRect((x + 1) * tile, y * row, side, row);
  context.fillRect(0, (y + 1) * row, side, side);
  context.globalAlpha = 1;
  drawFrame(context, around(boxOf({ top: y, left: x, height: 1, width: 1 }, swept.output, side, 3)));
}

const LIGHT = 140; // of 255: on what is lighter, letters are dark

/** @param most The largest weight of the layer. */
export function drawKernel(
  context: CanvasRenderingContext2D,
  { window: { kernel } }: Swept,
  entries: Entry[],
  most: number,
  { palette, side }: Pick<Map, "palette" | "side">,
): void {
  const [down, across] = [side / kernel[0], side / kernel[1]];
  const best = Math.max(...entries.map(({ value }) => value ?? -Infinity));
  const table = pixels(palette);
  context.textAlign = "center";
  context.textBaseline = "middle";
  entries.forEach(({ value, weight }, index) => {
    const [y, x] = [Math.floor(index / kernel[1]), index % kernel[1]];
    const ofValue = table[indexOf(value ?? 0, best)] ?? 0;
    const pixel = weight === null ? ofValue : differencePixel(most ? weight / most : 0);
    const [red, green, blue] = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
    context.fillStyle = `rgb(${red} ${green} ${blue})`;
    context.fillRect(x * across, y * down, across - 1, down - 1);
    context.fillStyle = 0.3 * red + 0.59 * green + 0.11 * blue > LIGHT ? "#171a1e" : "#fff";
    const shown = weight ?? value;
    if (shown !== null) write(context, brief(shown), (x + 0.5) * across, (y + 0.5) * down, "10px");
  });
}
