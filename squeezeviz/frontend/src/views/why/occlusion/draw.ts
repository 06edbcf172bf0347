/** What each patch is worth, over the photo. */
import { oneMap } from "../../../draw/heatmaps.ts";
import type { Tried } from "../../../store/types.ts";
import { signedPixel } from "../signed_bar.tsx";
import { mapBox, nearest, type Worths } from "./layout.ts";

export function drawWorths(
  context: CanvasRenderingContext2D,
  made: Tried,
  { values, most }: Worths,
  palette: string,
  side: number,
): void {
  const { rows, columns } = made;
  const picture = oneMap(columns, rows, (at) => {
    const value = nearest(values, columns, [Math.floor(at / columns), at % columns]);
    return Number.isNaN(value) ? 0 : signedPixel(value, most, palette);
  });
  context.imageSmoothingEnabled = false;
  context.globalAlpha = 0.78;
  context.drawImage(picture, ...mapBox(made, side));
  context.globalAlpha = 1;
}
