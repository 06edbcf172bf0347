/**
 * Words on canvases. To measure or write them there, or to set a font, the browser first lays out the whole page, in the
 * middle of drawing; so they are written where there is no page, and put down as pictures.
 */
import { token } from "./canvas.ts";

const MOST = 300;
const AROUND_PX = 4;
const TALL_PX = 24;
const SIZE = "11px";

interface Lettered {
  picture: OffscreenCanvas;
  width: number;
}

const written = new Map<string, Lettered>();
let ruler: OffscreenCanvasRenderingContext2D | undefined;

const contextOf = (picture: OffscreenCanvas) => picture.getContext("2d") as OffscreenCanvasRenderingContext2D;

/**
 * @param canvas One made by `sharp`, with colour and alignment set.
 * @param size Of the font, and how heavy.
 */
function lettered(canvas: CanvasRenderingContext2D, text: string, size: string): Lettered & { ratio: number } {
  const ratio = canvas.getTransform().a;
  const font = `${size} ${token(canvas.canvas, "font-family")}`;
  const key = [font, canvas.fillStyle, canvas.textBaseline, ratio, text].join("\n");
  const known = written.get(key);
  if (known) return { ...known, ratio };
  ruler ??= contextOf(new OffscreenCanvas(1, 1));
  ruler.font = font;
  const { width } = ruler.measureText(text);
  const picture = new OffscreenCanvas(Math.ceil((width + 2 * AROUND_PX) * ratio), TALL_PX * ratio);
  const context = contextOf(picture);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = font;
  context.fillStyle = canvas.fillStyle;
  context.textBaseline = canvas.textBaseline;
  context.fillText(text, AROUND_PX, TALL_PX / 2);
  if (written.size >= MOST) written.clear();
  written.set(key, { picture, width });
  return { picture, width, ratio };
}

/** How wide a text is, in CSS pixels. */
export const textWidth = (canvas: CanvasRenderingContext2D, text: string, size = SIZE): number =>
  lettered(canvas, text, size).width;

/** As `fillText`. */
export function write(canvas: CanvasRenderingContext2D, text: string, x: number, y: number, size = SIZE): void {
  const { picture, width, ratio } = lettered(canvas, text, size);
  const left = x - AROUND_PX - { center: width / 2, right: width, end: width, left: 0, start: 0 }[canvas.textAlign];
  // On whole pixels of the screen: a picture between them would be blurred.
  const at = (place: number) => Math.round(place * ratio) / ratio;
  canvas.drawImage(picture, at(left), at(y - TALL_PX / 2), picture.width / ratio, TALL_PX);
}
