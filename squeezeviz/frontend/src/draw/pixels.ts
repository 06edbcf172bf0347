/** Raw pixels, RGB row by row as the kernel has them, and canvases. */
import type { Pixels } from "../store/types.ts";

export function canvasOf(width: number, height: number, settings: CanvasRenderingContext2DSettings): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d", settings);
  return canvas;
}

export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  return canvas.getContext("2d") as CanvasRenderingContext2D;
}

export function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  return context;
}

/** Of what was painted last: the camera would make half a megabyte of rubbish a frame. */
const images = new WeakMap<HTMLCanvasElement, ImageData>();

export function paint(canvas: HTMLCanvasElement, pixels: { width: number; height: number; bytes: Uint8Array }): void {
  const { width, height, bytes } = pixels;
  const context = sized(canvas, width, height);
  const before = images.get(canvas);
  const isSame = before?.width === width && before.height === height;
  const image = isSame ? before : context.createImageData(width, height);
  images.set(canvas, image);
  const to = new Uint32Array(image.data.buffer);
  for (let pixel = 0, at = 0; pixel < to.length; pixel += 1, at += 3) {
    const greenBlue = ((bytes[at + 2] as number) << 16) | ((bytes[at + 1] as number) << 8);
    to[pixel] = 0xff000000 | greenBlue | (bytes[at] as number);
  }
  context.putImageData(image, 0, 0);
}

/** What stands on a canvas. */
export function pixelsOf(canvas: HTMLCanvasElement): Pixels {
  const { width, height } = canvas;
  const context = contextOf(canvas);
  const from = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const bytes = new Uint8Array(new ArrayBuffer(3 * from.length));
  for (let pixel = 0, at = 0; pixel < from.length; pixel += 1) {
    const rgba = from[pixel] as number;
    bytes[at++] = rgba;
    bytes[at++] = rgba >> 8;
    bytes[at++] = rgba >> 16;
  }
  return { width, height, bytes };
}
