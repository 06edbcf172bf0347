import { oneMap } from "../../atlas.js";
import { el, sharp } from "../../dom.js";
import { indexOf, pixels } from "../../palette.js";

/** @import { Tensor } from "../../store/types.ts" */

const THUMB_PX = 26;

/**
 * A channel's map, small; empty while it is on its way.
 * @param {Tensor | null} tensor @param {number} channel @param {string} palette
 */
export function thumb(tensor, channel, palette) {
  const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { "aria-hidden": "true" }));
  const drawn = sharp(canvas, THUMB_PX, THUMB_PX);
  if (!tensor) return canvas;
  const [, height, width] = tensor.shape;
  const table = pixels(palette);
  const top = tensor.max[channel] ?? 0;
  drawn.imageSmoothingEnabled = false;
  drawn.drawImage(oneMap(width, height, (at) => table[indexOf(tensor.values[channel * width * height + at] ?? 0, top)] ?? 0), 0, 0, THUMB_PX, THUMB_PX);
  return canvas;
}
