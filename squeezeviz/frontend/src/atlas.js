/** Feature maps → one picture. */
import { pixels } from "./palette.js";

/** @import { Tensor } from "./store/types.ts" */

/** What full colour stands for in a channel's map. @param {Tensor} tensor @param {number} channel @param {string} scale */
export const topOf = (tensor, channel, scale) =>
  scale === "layer" ? tensor.max.reduce((a, b) => Math.max(a, b), 0) : (tensor.max[channel] ?? 0);

/**
 * One map at one pixel a cell, to be drawn larger.
 * @param {number} width
 * @param {number} height
 * @param {(cell: number) => number} pixel The colour of a cell, counted row by row: little-endian RGBA.
 */
export function oneMap(width, height, pixel) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(width, height);
  const out = new Uint32Array(image.data.buffer);
  for (let cell = 0; cell < out.length; cell += 1) out[cell] = pixel(cell);
  context.putImageData(image, 0, 0);
  return canvas;
}

/** @typedef {{canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, image: ImageData | null}} Sheet */

/** @returns {Sheet} */
export function newSheet() {
  const canvas = document.createElement("canvas");
  return { canvas, context: /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true })), image: null };
}

/**
 * Channels side by side at one pixel a cell; or one for every so many cells across and down, where they are drawn smaller
 * than that and the next frame is due.
 * @param {Tensor} tensor
 * @param {number[]} channels
 * @param {number} columns
 * @param {{scale: string, palette: string}} look
 * @param {Sheet} [sheet] One that may be drawn over: the camera would make two megabytes of rubbish a frame.
 * @param {number} [every] Cells.
 */
export function atlas(tensor, channels, columns, { scale, palette }, sheet = newSheet(), every = 1) {
  const [, cellsDown, cellsAcross] = tensor.shape;
  const [height, width] = [Math.ceil(cellsDown / every), Math.ceil(cellsAcross / every)];
  const { canvas, context } = sheet;
  const [across, down] = [columns * width, Math.ceil(channels.length / columns) * height];
  if (sheet.image?.width !== across || sheet.image.height !== down) {
    [canvas.width, canvas.height] = [across, down];
    sheet.image = context.createImageData(across, down);
  }
  const { image } = sheet;
  const out = new Uint32Array(image.data.buffer);
  const table = pixels(palette);
  const { values } = tensor;
  const layerTop = scale === "layer" ? topOf(tensor, 0, scale) : 0;
  channels.forEach((channel, index) => {
    const top = scale === "layer" ? layerTop : (tensor.max[channel] ?? 0);
    const factor = top > 0 ? 254.999 / top : 0;
    const start = Math.floor(index / columns) * height * canvas.width + (index % columns) * width;
    for (let y = 0; y < height; y += 1) {
      let from = (channel * cellsDown + y * every) * cellsAcross;
      let to = start + y * canvas.width;
      for (let x = 0; x < width; x += 1, from += every, to += 1) {
        const value = /** @type {number} */ (values[from]);
        const index = value > 0 ? 1 + ((value * factor) | 0) : 0;
        out[to] = /** @type {number} */ (table[index > 255 ? 255 : index]);
      }
    }
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

/**
 * The columns and the tile's size with which so many maps fill an area: as large as they can be with all of them in view,
 * and rather wide than tall where that makes little difference.
 * @param {number} count
 * @param {number} width Of the area, in CSS pixels.
 * @param {number} height
 * @param {number} gap
 */
export function fit(count, width, height, gap) {
  const ways = Array.from({ length: 31 }, (_, index) => {
    const columns = 4 + 2 * index;
    const rows = Math.ceil(count / columns);
    return { columns, tile: Math.min(Math.floor((width + gap) / columns) - gap, Math.floor((height + gap) / rows) - gap) };
  });
  const largest = ways.reduce((most, { tile }) => Math.max(most, tile), 0);
  const best = ways.filter(({ tile }) => tile >= 0.9 * largest).at(-1);
  return best && best.tile >= 14 ? best : { tile: 16, columns: Math.max(4, 4 * Math.floor((width + gap) / (16 + gap) / 4)) };
}
