/** Showing a photo's picture: an image as a rule; a canvas, drawn anew with every frame, while the camera is on. */
import { el } from "./dom.js";

/** @import { Picture } from "./store/types.ts" */

/** In its own pixels. @param {Picture} picture @returns {[number, number]} */
export const sizeOf = (picture) => (picture instanceof HTMLImageElement ? [picture.naturalWidth, picture.naturalHeight] : [picture.width, picture.height]);

/**
 * A place on the page for one picture after another; which element stands there depends on the picture.
 * @param {Record<string, unknown>} [properties] Of either element.
 */
export function pictureBox(properties = {}) {
  const image = /** @type {HTMLImageElement} */ (el("img", { alt: "", ...properties }));
  const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", properties));
  /** @type {HTMLImageElement | HTMLCanvasElement} */
  let element = image;
  return {
    element: () => element,
    /** @param {Picture} picture @param {string} [alt] */
    show: (picture, alt = "") => {
      const next = picture instanceof HTMLImageElement ? image : canvas;
      next.className = element.className;
      next.style.cssText = element.style.cssText;
      if (next !== element) element.replaceWith(next);
      element = next;
      if (picture instanceof HTMLImageElement) {
        image.alt = alt;
        if (image.src !== picture.src) image.src = picture.src;
        return;
      }
      if (alt && canvas.getAttribute("aria-label") !== alt) {
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", alt);
      }
      const [width, height] = sizeOf(picture);
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      canvas.getContext("2d", { alpha: false })?.drawImage(picture, 0, 0);
    },
  };
}
