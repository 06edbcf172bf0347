import { el } from "../dom.js";
import { paintSmall } from "../draw/heatmaps.ts";

/**
 * `SmallMap` for views that are not yet ported.
 * @param {import("../store/flat.ts").Store} store
 * @param {import("../store/types.ts").Tensor | null} tensor
 * @param {number} channel
 */
export function smallMap(store, tensor, channel) {
  const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", {}));
  paintSmall(canvas, tensor, channel, { scale: store.scale(), palette: store.get("palette") });
  return canvas;
}
