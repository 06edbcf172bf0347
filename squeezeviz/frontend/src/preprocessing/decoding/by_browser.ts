/** What the browser itself decodes: JPEG, WebP, AVIF, GIF, BMP and whatever else it knows. */
import type { Picture } from "../../engine/types.ts";
import { checkSize } from "./problem.ts";

/** Canvases are not as large as photos everywhere: pixels are read a few rows at a time. */
const STRIP_PIXELS = 1 << 20;

/**
 * As it is stored, laid on white, in no other colours.
 *
 * @param file Without an orientation, if it can be: what browsers make of that differs.
 * @throws {DOMException} The browser cannot read it.
 * @throws {ImageError} It is too large.
 */
export async function byBrowser(file: Blob, name: string): Promise<Picture> {
  const bitmap = await createImageBitmap(file, {
    colorSpaceConversion: "none",
    imageOrientation: "none" as ImageOrientation, // of every browser, though not of TypeScript's
    premultiplyAlpha: "none",
  });
  try {
    const { width, height } = bitmap;
    checkSize(width, height, name);
    const pixels = new Uint8Array(3 * width * height);
    const rows = Math.min(height, Math.max(1, Math.floor(STRIP_PIXELS / width)));
    const canvas = new OffscreenCanvas(width, rows);
    const context = canvas.getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
    context.fillStyle = "white";
    for (let top = 0; top < height; top += rows) {
      const tall = Math.min(rows, height - top);
      context.fillRect(0, 0, width, tall);
      context.drawImage(bitmap, 0, top, width, tall, 0, 0, width, tall);
      const { data } = context.getImageData(0, 0, width, tall);
      for (let from = 0, to = 3 * width * top; from < data.length; from += 4, to += 3) {
        pixels[to] = data[from] as number;
        pixels[to + 1] = data[from + 1] as number;
        pixels[to + 2] = data[from + 2] as number;
      }
    }
    return { width, height, pixels };
  } finally {
    bitmap.close();
  }
}
