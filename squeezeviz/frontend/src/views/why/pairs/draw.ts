/** The matrix of pairs. */
import { oneMap } from "../../../draw/heatmaps.ts";
import type { Tried } from "../../../store/types.ts";
import { signedPixel } from "../signed_bar.tsx";
import { type Mode, pairValue } from "./layout.ts";

interface How {
  /** That full colour stands for. */
  most: number;
  palette: string;
  /** Of the matrix, in CSS pixels. */
  side: number;
}

export function drawPairs(context: CanvasRenderingContext2D, made: Tried, mode: Mode, how: How): void {
  const { count } = made;
  const picture = oneMap(count, count, (at) => {
    const value = pairValue(made, mode, Math.floor(at / count), at % count);
    return Number.isNaN(value) ? 0 : signedPixel(value, how.most, how.palette);
  });
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, 0, 0, how.side, how.side);
}
