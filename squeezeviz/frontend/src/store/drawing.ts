/**
 * A photo being painted on, with its strokes to be undone and done again. Everything is in the photo's own pixels, and what
 * has been undone is, to the last bit, as it was: a step keeps the pixels that it covered, not how it was drawn.
 */
import { batch, computed, signal } from "@preact/signals-core";
import { canvasOf, contextOf, paint, pixelsOf } from "../draw/pixels.ts";
import { type At, type Box, covered, pixelAt, within } from "./boxes.ts";
import type { Pixels } from "./types.ts";

/** Paint in a colour; blur what is there; fill with the photo's mean colour; bring the photo back. */
export type Tool = "paint" | "blur" | "cut" | "restore";
/** Its colour matters to `paint` alone. */
export interface Ink {
  tool: Tool;
  colour: string;
}

type Style = string | CanvasPattern;

/** Who wants to know. */
interface Told {
  /** Something else stands there. */
  painted(): void;
  /** A step is laid down: it is as it stays. */
  ended(): void;
}

/** What to put back where. */
interface Step {
  box: Box;
  pixels: ImageData;
  /** Whether it put all of the photo back, and whether nothing was painted before it. */
  isReset: boolean;
  wasPlain: boolean;
}

/** The step under way. */
interface Open {
  style: Style;
  isRectangle: boolean;
  /** Where a brush is. */
  at: At;
  /** What it covers; nothing yet, or nothing but what lies beside the photo. */
  box: Box | null;
}

const HISTORY_BYTES = 200e6; // of the photo's pixels that undoing puts back; older steps are let go
const BLUR_SHARE = 1 / 24; // of the longer side: what is finer is gone

export class Drawing {
  readonly base: Pixels;
  readonly width: number;
  readonly height: number;
  /** The photo's mean colour. */
  readonly mean: string;
  /** What is painted, the step under way included. */
  readonly canvas: HTMLCanvasElement;
  /** All but the step under way. */
  readonly #under: HTMLCanvasElement;
  readonly #photo: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #below: CanvasRenderingContext2D;
  readonly #told: Told;
  readonly #open = signal<Open | null>(null);
  readonly #done = signal<readonly Step[]>([]);
  readonly #undone = signal<readonly Step[]>([]);
  /** Nothing is painted: never yet, or all was put back. */
  readonly #isPlain = signal(true);
  readonly #isOpen = computed(() => Boolean(this.#open.value?.box));
  readonly #floating = computed(() => (this.#open.value?.isRectangle ? this.#open.value.box : null));

  constructor(base: Pixels, told: Told) {
    this.base = base;
    const { width, height } = base;
    [this.width, this.height] = [width, height];
    this.#told = told;
    this.canvas = canvasOf(width, height, { willReadFrequently: true, alpha: false });
    this.#under = canvasOf(width, height, { willReadFrequently: true, alpha: false });
    this.#photo = canvasOf(width, height, { alpha: false });
    for (const each of [this.canvas, this.#under, this.#photo]) paint(each, base);
    [this.#context, this.#below] = [contextOf(this.canvas), contextOf(this.#under)];
    this.mean = meanOf(base);
  }

  pixels(): Pixels {
    return pixelsOf(this.canvas);
  }

  /** Whether there is anything to lose. */
  isEdited(): boolean {
    return this.#isOpen.value || !this.#isPlain.value;
  }

  canUndo(): boolean {
    return this.#isOpen.value || this.#done.value.length > 0;
  }

  canRedo(): boolean {
    return this.#undone.value.length > 0;
  }

  /** Where the rectangle is that may still be moved. */
  floating(): Box | null {
    return this.#floating.value;
  }

  colourAt(at: At): string {
    const [red, green, blue] = this.#context.getImageData(...pixelAt(at, this), 1, 1).data;
    return hex([red ?? 0, green ?? 0, blue ?? 0]);
  }

  // A stroke ----------------------------------------------------------------------------------------------------------

  /** Put the brush down. @param brush Its diameter. */
  press(ink: Ink, brush: number, at: At): void {
    batch(() => {
      this.end();
      this.#open.value = { style: this.#styleOf(ink), isRectangle: false, at, box: null };
      this.move(at, brush);
    });
  }

  /** Draw it on. */
  move(to: At, brush: number): void {
    const open = this.#open.peek();
    if (!open || open.isRectangle) return;
    line(this.#context, open.style, open.at, to, brush);
    this.#open.value = { ...open, at: to, box: covered(open.box, open.at, to, brush, this) };
    this.#told.painted();
  }

  /** Lay the step under way down: from here on it is one to be undone. */
  end(): void {
    const box = this.#open.peek()?.box;
    batch(() => {
      this.#open.value = null;
      if (!box) return;
      this.#remember(box, false);
      copy(this.canvas, this.#below, box);
    });
    if (box) this.#told.ended();
  }

  /** It is not wanted after all. */
  cancel(): void {
    this.#clean();
    this.#open.value = null;
    this.#told.painted();
  }

  // A rectangle -------------------------------------------------------------------------------------------------------

  /** One that may still be moved: the step under way, until it is laid down. */
  rectangle(ink: Ink, box: Box): void {
    batch(() => {
      if (!this.#open.peek()?.isRectangle) this.end();
      this.#clean();
      const style = this.#open.peek()?.style ?? this.#styleOf(ink);
      this.#fill(style, within(box, this));
    });
  }

  /** The same rectangle in another ink, if there is one. */
  dye(ink: Ink): void {
    const box = this.#floating.peek();
    if (!box) return;
    this.#clean();
    this.#fill(this.#styleOf(ink), box);
  }

  #fill(style: Style, box: Box): void {
    this.#context.fillStyle = style;
    this.#context.fillRect(...box);
    this.#open.value = { style, isRectangle: true, at: [box[0], box[1]], box };
    this.#told.painted();
  }

  // Back and forth ----------------------------------------------------------------------------------------------------

  undo(): void {
    batch(() => {
      this.end();
      const step = this.#done.peek().at(-1);
      if (!step) return;
      this.#done.value = this.#done.peek().slice(0, -1);
      this.#undone.value = [...this.#undone.peek(), this.#swap(step)];
      this.#isPlain.value = step.wasPlain;
      this.#told.painted();
    });
  }

  redo(): void {
    const step = this.#open.peek() ? undefined : this.#undone.peek().at(-1);
    if (!step) return;
    batch(() => {
      this.#undone.value = this.#undone.peek().slice(0, -1);
      this.#done.value = [...this.#done.peek(), this.#swap(step)];
      this.#isPlain.value = step.isReset;
      this.#told.painted();
    });
  }

  /** Back to the photo; that can be undone, too. */
  reset(): void {
    batch(() => {
      this.end();
      if (this.#isPlain.peek()) return;
      this.#remember([0, 0, this.width, this.height], true);
      for (const each of [this.#context, this.#below]) each.drawImage(this.#photo, 0, 0);
      this.#told.painted();
    });
  }

  /** What the step under way covers is put back. */
  #clean(): void {
    const box = this.#open.peek()?.box;
    if (box) copy(this.#under, this.#context, box);
  }

  #remember(box: Box, isReset: boolean): void {
    const step = { box, pixels: this.#below.getImageData(...box), isReset, wasPlain: this.#isPlain.peek() };
    const done = [...this.#done.peek(), step];
    let bytes = done.reduce((sum, { pixels }) => sum + pixels.data.byteLength, 0);
    while (bytes > HISTORY_BYTES && done.length > 1) bytes -= done.shift()?.pixels.data.byteLength ?? 0;
    this.#done.value = done;
    this.#undone.value = [];
    this.#isPlain.value = isReset;
  }

  /** Swap what a step covers with what it kept. */
  #swap(step: Step): Step {
    const pixels = this.#context.getImageData(...step.box);
    for (const each of [this.#context, this.#below]) each.putImageData(step.pixels, step.box[0], step.box[1]);
    return { ...step, pixels };
  }

  #styleOf({ tool, colour }: Ink): Style {
    if (tool === "paint") return colour;
    if (tool === "cut") return this.mean;
    const from = tool === "blur" ? blurred(this.#under) : this.#photo;
    return this.#context.createPattern(from, "no-repeat") as CanvasPattern;
  }
}

const hex = (levels: number[]) => `#${levels.map((level) => level.toString(16).padStart(2, "0")).join("")}`;

/** The mean colour, rounded. */
function meanOf({ bytes }: Pixels): string {
  const sums = [0, 0, 0];
  for (let at = 0; at < bytes.length; at += 1) sums[at % 3] = (sums[at % 3] ?? 0) + (bytes[at] ?? 0);
  return hex(sums.map((sum) => Math.round((3 * sum) / bytes.length)));
}

function copy(from: HTMLCanvasElement, to: CanvasRenderingContext2D, [left, top, width, height]: Box): void {
  to.drawImage(from, left, top, width, height, left, top, width, height);
}

function line(context: CanvasRenderingContext2D, style: Style, from: At, to: At, brush: number): void {
  context.strokeStyle = style;
  [context.lineWidth, context.lineCap] = [brush, "round"];
  context.beginPath();
  context.moveTo(...from);
  // A line of no length is not drawn by every browser.
  context.lineTo(to[0] + (to[0] === from[0] && to[1] === from[1] ? 0.01 : 0), to[1]);
  context.stroke();
}

/** A blurred copy: scaled down by halves and up again, which every browser can and does in no time; a filter some cannot. */
function blurred(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const least = Math.max(2, Math.max(canvas.width, canvas.height) * BLUR_SHARE);
  const halvings = Math.max(1, Math.round(Math.log2(least)));
  const sizes = Array.from({ length: halvings + 1 }, (_, step): [number, number] => [
    Math.max(1, Math.round(canvas.width / 2 ** step)),
    Math.max(1, Math.round(canvas.height / 2 ** step)),
  ]);
  let from = canvas;
  // Down by halves, so that every pixel counts; up by halves, so that no edges of squares are seen.
  for (const [width, height] of [...sizes.slice(1), ...sizes.slice(0, -1).reverse()]) {
    const next = canvasOf(width, height, { alpha: false });
    const context = contextOf(next);
    context.imageSmoothingQuality = "high";
    context.drawImage(from, 0, 0, width, height);
    from = next;
  }
  return from;
}
