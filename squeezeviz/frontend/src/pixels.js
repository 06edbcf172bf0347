/** Raw pixels, RGB row by row as the kernel has them, and canvases. */

/** @typedef {{width: number, height: number, bytes: Uint8Array<ArrayBuffer>}} Pixels RGB, row by row. */

/** @param {number} width @param {number} height @param {CanvasRenderingContext2DSettings} settings */
export function canvasOf(width, height, settings) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d", settings);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
export function sized(canvas, width, height) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  return context;
}

/** @param {HTMLCanvasElement} canvas @param {{width: number, height: number, bytes: Uint8Array}} pixels */
export function paint(canvas, { width, height, bytes }) {
  const context = sized(canvas, width, height);
  const image = context.createImageData(width, height);
  const to = new Uint32Array(image.data.buffer);
  for (let pixel = 0, at = 0; pixel < to.length; pixel += 1, at += 3) {
    to[pixel] = 0xff000000 | (/** @type {number} */ (bytes[at + 2]) << 16) | (/** @type {number} */ (bytes[at + 1]) << 8) | /** @type {number} */ (bytes[at]);
  }
  context.putImageData(image, 0, 0);
}

/** What stands on a canvas. @param {HTMLCanvasElement} canvas @returns {Pixels} */
export function pixelsOf(canvas) {
  const { width, height } = canvas;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const from = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const bytes = new Uint8Array(new ArrayBuffer(3 * from.length));
  for (let pixel = 0, at = 0; pixel < from.length; pixel += 1) {
    const rgba = /** @type {number} */ (from[pixel]);
    bytes[at++] = rgba;
    bytes[at++] = rgba >> 8;
    bytes[at++] = rgba >> 16;
  }
  return { width, height, bytes };
}
