import { oneMap, topOf } from "../atlas.js";
import { el, sharp } from "../dom.js";
import { indexOf, pixels } from "../palette.js";

/** @import { Tensor } from "../store/types.ts" */

const SIDE_PX = 48;

/**
 * One map as a tile; empty while its layer is on its way.
 * @param {import("../store/flat.ts").Store} store
 * @param {Tensor | null} tensor
 * @param {number} channel
 */
export function smallMap(store, tensor, channel) {
  const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", {}));
  const drawn = sharp(canvas, SIDE_PX, SIDE_PX);
  if (!tensor) return canvas;
  const [, height, width] = tensor.shape;
  const table = pixels(store.get("palette"));
  const top = topOf(tensor, channel, height * width === 1 ? "layer" : store.scale());
  drawn.imageSmoothingEnabled = false;
  const start = channel * height * width;
  drawn.drawImage(oneMap(width, height, (at) => table[indexOf(tensor.values[start + at] ?? 0, top)] ?? 0), 0, 0, SIDE_PX, SIDE_PX);
  return canvas;
}
