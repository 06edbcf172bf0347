/**
 * Words on a canvas that is drawn anew with every frame. To measure or write them there, the browser first lays out the
 * whole page, in the middle of drawing; so they are written where there is no page, and put down as pictures.
 */

const MOST = 300;
const AROUND_PX = 4;
const TALL_PX = 24;

/** @param {OffscreenCanvas} picture */
const contextOf = (picture) => /** @type {OffscreenCanvasRenderingContext2D} */ (picture.getContext("2d"));
const ruler = contextOf(new OffscreenCanvas(1, 1));

/** @type {Map<string, {picture: OffscreenCanvas, width: number}>} */
const written = new Map();

/** @param {CanvasRenderingContext2D} canvas One made by `sharp`, with font, colour and alignment set. @param {string} text */
function lettered(canvas, text) {
  const ratio = canvas.getTransform().a;
  const key = [canvas.font, canvas.fillStyle, canvas.textBaseline, ratio, text].join("\n");
  const known = written.get(key);
  if (known) return { ...known, ratio };
  ruler.font = canvas.font;
  const { width } = ruler.measureText(text);
  const picture = new OffscreenCanvas(Math.ceil((width + 2 * AROUND_PX) * ratio), TALL_PX * ratio);
  const context = contextOf(picture);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  [context.font, context.fillStyle, context.textBaseline] = [canvas.font, canvas.fillStyle, canvas.textBaseline];
  context.fillText(text, AROUND_PX, TALL_PX / 2);
  if (written.size >= MOST) written.clear();
  written.set(key, { picture, width });
  return { picture, width, ratio };
}

/** How wide a text is, in CSS pixels. @param {CanvasRenderingContext2D} canvas @param {string} text */
export const textWidth = (canvas, text) => lettered(canvas, text).width;

/** As `fillText`. @param {CanvasRenderingContext2D} canvas @param {string} text @param {number} x @param {number} y */
export function write(canvas, text, x, y) {
  const { picture, width, ratio } = lettered(canvas, text);
  const left = x - AROUND_PX - { center: width / 2, right: width, end: width, left: 0, start: 0 }[canvas.textAlign];
  // On whole pixels of the screen: a picture between them would be blurred.
  const at = (/** @type {number} */ place) => Math.round(place * ratio) / ratio;
  canvas.drawImage(picture, at(left), at(y - TALL_PX / 2), picture.width / ratio, TALL_PX);
}
