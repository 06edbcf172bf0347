/** A file's bytes → upright RGB, as the browser decodes it. */
import { plainOf } from "./pictures.ts";
import type { Decoded } from "./shown.ts";

export async function decodedFile(file: Blob, name: string): Promise<Decoded> {
  const start = performance.now();
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch {
    throw new RangeError(`${name}: this browser cannot read it as a picture. Save it as PNG or JPEG first`);
  }
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const drawing = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  drawing.drawImage(bitmap, 0, 0);
  const { width, height, data } = drawing.getImageData(0, 0, bitmap.width, bitmap.height);
  bitmap.close();
  const picture = { width, height, pixels: plainOf({ width, height, pixels: data as Uint8ClampedArray<ArrayBuffer> }) };
  return { picture, orientation: 1, profile: null, notes: [], format: "", decode_ms: performance.now() - start };
}
