/** Pictures as files, for messages. */
import type { Picture } from "../engine/types.ts";
import type { Opaque } from "./bmp.ts";

/** As ../../../explorer/encoding.py: both sides of what is shown are at most so long. */
const DISPLAY_PX = 680;
const QUALITY = 0.88;

/** A photo scaled down for display: a JPEG file. */
export async function displayOf(picture: Picture): Promise<DataView> {
  return encoded(await drawn(picture, DISPLAY_PX), { type: "image/jpeg", quality: QUALITY });
}

/** A picture, scaled down so that both sides are at most so long. */
export async function scaled(picture: Picture, mostPx: number): Promise<Picture> {
  const canvas = await drawn(picture, mostPx);
  const { width, height } = canvas;
  const { data } = (canvas.getContext("2d") as OffscreenCanvasRenderingContext2D).getImageData(0, 0, width, height);
  return { width, height, pixels: plainOf({ width, height, pixels: data as Uint8ClampedArray<ArrayBuffer> }) };
}

async function drawn(picture: Picture, mostPx: number): Promise<OffscreenCanvas> {
  const { width, height } = picture;
  const scale = Math.min(1, mostPx / Math.max(width, height));
  const [across, down] = [width, height].map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
  const canvas = new OffscreenCanvas(across, down);
  const bitmap = await createImageBitmap(new ImageData(opaque(picture), width, height), {
    resizeWidth: across,
    resizeHeight: down,
    resizeQuality: "high",
  });
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

async function encoded(canvas: OffscreenCanvas, how: ImageEncodeOptions): Promise<DataView> {
  return new DataView(await (await canvas.convertToBlob(how)).arrayBuffer());
}

/** With full opacity. */
export function opaque({ width, height, pixels }: Picture): Uint8ClampedArray<ArrayBuffer> {
  const made = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
    made[to] = pixels[from] as number;
    made[to + 1] = pixels[from + 1] as number;
    made[to + 2] = pixels[from + 2] as number;
  }
  return made;
}

/** Without opacity. */
export function plainOf({ pixels, width, height }: Opaque): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < made.length; from += 4, to += 3) {
    made[to] = pixels[from] as number;
    made[to + 1] = pixels[from + 1] as number;
    made[to + 2] = pixels[from + 2] as number;
  }
  return made;
}
