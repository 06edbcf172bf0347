/** The evidence over the photo: as colours, or as the letters of the classes that lead. */

import type { Box } from "../../../draw/channel.ts";
import { oneMap } from "../../../draw/heatmaps.ts";
import { write } from "../../../draw/lettering.ts";
import { differencePixel, indexOf, pixels } from "../../../draw/palette.ts";
import type { Evidence, Picture } from "../../../store/types.ts";
import { leaders, tileOf } from "./layout.ts";

/** Classes with a letter of their own. */
export const NAMED = 6;

export const letter = (rank: number): string => String.fromCharCode(65 + rank);
export const tint = (rank: number): string =>
  rank < NAMED ? `hsl(${(rank * 137 + 20) % 360} 55% 45% / 62%)` : "rgb(120 126 134 / 62%)";

/** Without colours: what has some is the map. */
export function drawGrey(context: CanvasRenderingContext2D, picture: Picture, side: number): void {
  context.filter = "grayscale(1)";
  context.drawImage(picture, 0, 0, side, side);
  context.filter = "none";
  context.imageSmoothingEnabled = false;
}

/** @param first Tile of the first cell. */
export function drawEvidence(context: CanvasRenderingContext2D, made: Evidence, first: Box, palette: string): void {
  const [rows, columns] = made.shape;
  const cells = made.contrast?.cells ?? made.cells;
  const most = mostOf(cells);
  const table = pixels(palette);
  const picture = oneMap(columns, rows, (at) => {
    const value = cells[at] ?? 0;
    return made.contrast || made.is_signed
      ? differencePixel(most ? value / most : 0)
      : (table[indexOf(value, most)] ?? 0);
  });
  context.globalAlpha = 0.82;
  context.drawImage(picture, first[0], first[1], first[2] * columns, first[3] * rows);
  context.globalAlpha = 1;
}

/** What full colour stands for. */
export const mostOf = (cells: Float32Array): number =>
  cells.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** One letter and colour a class, the most frequent first. */
export function drawLabels(context: CanvasRenderingContext2D, labels: Uint16Array, columns: number, first: Box): void {
  const ranks = new Map(leaders(labels).map(({ label }, rank) => [label, rank]));
  context.textAlign = "center";
  context.textBaseline = "middle";
  labels.forEach((label, at) => {
    const rank = ranks.get(label) ?? NAMED;
    const [left, top, width, height] = tileOf(first, [Math.floor(at / columns), at % columns]);
    context.fillStyle = tint(rank);
    context.fillRect(left, top, width - 1, height - 1);
    context.fillStyle = "#fff";
    if (rank < NAMED) write(context, letter(rank), left + width / 2, top + height / 2);
  });
}
