/** Kernels on a canvas. */
import { sharp } from "../../draw/canvas.ts";
import { oneMap } from "../../draw/heatmaps.ts";
import { differencePixel } from "../../draw/palette.ts";
import type { Weights } from "../../store/types.ts";
import type { Matrix, Patches } from "./layout.ts";

/**
 * In colour: grey is 0.
 *
 * @param most The largest weight.
 * @param order Which input is red, green and blue.
 */
export function paintPatches(
  canvas: HTMLCanvasElement,
  layout: Patches,
  { shape: [count, inputs, height, across], kernels }: Weights,
  most: number,
  order: readonly [number, number, number],
): void {
  const context = sharp(canvas, layout.width, layout.height);
  context.imageSmoothingEnabled = false;
  for (let kernel = 0; kernel < count; kernel += 1) {
    const small = oneMap(across, height, (cell) => {
      const [red, green, blue] = order.map((input) => {
        const weight = kernels[(kernel * inputs + input) * height * across + cell] ?? 0;
        return Math.round(128 + 127 * (weight / most));
      }) as [number, number, number];
      return 0xff000000 | (blue << 16) | (green << 8) | red;
    });
    const { left, top, width, height: tall } = layout.boxOf(kernel);
    context.drawImage(small, left, top, width, tall);
  }
}

/** Blue is below 0, warm above. @param most The largest weight. */
export function paintMatrix(
  canvas: HTMLCanvasElement,
  layout: Matrix,
  { shape: [count, inputs, height, across], kernels }: Weights,
  most: number,
): void {
  const { blocks, rows, rowHigh, blockWide, patch } = layout;
  const context = sharp(canvas, layout.width, layout.height);
  context.imageSmoothingEnabled = false;
  for (let block = 0; block < blocks; block += 1) {
    const first = block * rows;
    const here = Math.min(rows, count - first);
    if (here <= 0) return;
    const wide = inputs * patch[0];
    const small = oneMap(wide, here * patch[1], (at) => {
      const [x, y] = [at % wide, Math.floor(at / wide)];
      const [dx, dy] = [x % patch[0], y % patch[1]];
      if (dx >= across || dy >= height) return 0;
      const kernel = (first + Math.floor(y / patch[1])) * inputs + Math.floor(x / patch[0]);
      return differencePixel((kernels[(kernel * height + dy) * across + dx] ?? 0) / most);
    });
    context.drawImage(small, layout.boxOf(first).left, 0, blockWide, here * rowHigh);
  }
}
