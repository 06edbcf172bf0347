/** An attribution over the photo, or by itself. */
import type { Box } from "../../../draw/channel.ts";
import { oneMap } from "../../../draw/heatmaps.ts";
import type { Attribution, Picture } from "../../../store/types.ts";
import { drawGrey } from "../evidence_map/draw.ts";
import { signedPixel } from "../signed_bar.tsx";
import { type Form, signedColours, sizePixel } from "./layout.ts";

interface Drawn {
  made: Attribution;
  /** One number a pixel, or a cell. */
  cells: Float32Array;
  /** What full colour stands for. */
  most: number;
  form: Form;
}

/** @param box Where the values lie. */
export function drawAttribution(
  context: CanvasRenderingContext2D,
  photo: Picture,
  { made, cells, most, form }: Drawn,
  { side, box, palette }: { side: number; box: Box; palette: string },
): void {
  const [, height, width] = made.shape;
  const isOver = form === "photo" || made.layer !== null;
  const pixel = (at: number): number => {
    if (isOver) return signedPixel(cells[at] ?? 0, most, palette);
    return form === "colours" ? signedColours(made, most, at) : sizePixel(cells[at] ?? 0, most);
  };
  if (isOver) drawGrey(context, photo, side);
  context.imageSmoothingEnabled = made.layer === null;
  context.globalAlpha = isOver ? 0.78 : 1;
  context.drawImage(oneMap(width, height, pixel), ...box);
  context.globalAlpha = 1;
}
