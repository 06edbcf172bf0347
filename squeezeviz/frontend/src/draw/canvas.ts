/** Canvases as sharp as the screen, and what of the page must be known to draw on them: asked of the browser once. */
import { look } from "./theme.ts";

const widths = new WeakMap<Element, number>();
let resizes: ResizeObserver | undefined;

/**
 * How wide an element is, in CSS pixels. Asked for between two changes of the page, the browser would lay it out anew each
 * time; so it is asked once, and told of changes.
 */
export function widthOf(element: Element): number {
  const known = widths.get(element);
  if (known) return known;
  const width = element.clientWidth;
  if (width) {
    widths.set(element, width);
    resizes ??= new ResizeObserver((entries) => {
      for (const { target } of entries) widths.set(target, target.clientWidth);
    });
    resizes.observe(element);
  }
  return width;
}

/**
 * A canvas of a size in CSS pixels, sharp on the screen that it is on. It has no font: to set one, the browser first lays
 * out the whole page. Words are put there by `lettering.ts`.
 */
export function sharp(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) {
    [canvas.width, canvas.height] = [across, down];
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** The style of a square canvas that is drawn a frame late: it takes its room from the first. */
export const sidesOf = (px: number) => ({ width: `${px}px`, height: `${px}px` });

const tokens = new Map<string, string>();

/**
 * A property that all of the page's elements have in common: a token of the theme, or the font. Asking the browser takes it
 * through style and layout while things are being drawn; so each is asked for once a
 * theme, and who has asked follows the theme.
 */
export function token(element: Element, name: string): string {
  const key = `${look()} ${name}`;
  const known = tokens.get(key);
  if (known) return known;
  const value = getComputedStyle(element).getPropertyValue(name).trim();
  if (value && element.isConnected) tokens.set(key, value);
  return value;
}
