/**
 * A photo being painted on, with its strokes to be undone and done again. Everything is in the photo's own pixels, and what
 * has been undone is, to the last bit, as it was: a step keeps the pixels that it covered, not how it was drawn.
 */
import { canvasOf, paint, pixelsOf } from "../draw/pixels.ts";

/** @import { Pixels } from "./types.ts" */

/**
 * @typedef {"paint" | "blur" | "cut" | "restore"} Tool Paint in a colour; blur what is there; fill with the photo's mean
 *   colour; bring the photo back.
 * @typedef {{tool: Tool, colour: string}} Ink Of which `colour` matters to `paint` alone.
 * @typedef {[number, number, number, number]} Box Left, top, width, height, in the photo's pixels, whole.
 * @typedef {{box: Box, pixels: ImageData, isReset: boolean, wasReset: boolean}} Step What to put back where.
 */

const HISTORY_BYTES = 200e6; // of the photo's pixels that undoing puts back; older steps are let go
const BLUR_SHARE = 1 / 24; // of the longer side: what is finer is gone

/**
 * @param {Pixels} base
 * @param {(isStep: boolean) => void} told Something else stands there now; whether a step has begun or ended by that.
 */
export function createDrawing(base, told) {
  const changed = () => told(true);
  const { width, height } = base;
  const canvas = canvasOf(width, height, { willReadFrequently: true, alpha: false });
  const under = canvasOf(width, height, { willReadFrequently: true, alpha: false }); // all but the step under way
  const photo = canvasOf(width, height, { alpha: false });
  for (const each of [canvas, under, photo]) paint(each, base);
  const [context, below] = [canvas, under].map((each) => /** @type {CanvasRenderingContext2D} */ (each.getContext("2d")));
  if (!context || !below) throw new Error("a canvas without a context");
  const mean = meanOf(base);
  /** @type {Step[]} */
  let undone = [];
  /** @type {Step[]} */
  let done = [];
  let isPlain = true; // nothing is painted: never yet, or all was put back
  /** @type {{style: string | CanvasPattern, box: Box | null, at: [number, number], isRectangle: boolean} | null} the step under way */
  let open = null;

  /** @param {Ink} ink @returns {string | CanvasPattern} */
  const styleOf = ({ tool, colour }) => {
    if (tool === "paint") return colour;
    if (tool === "cut") return mean;
    return /** @type {CanvasPattern} */ (context.createPattern(tool === "blur" ? blurred(under) : photo, "no-repeat"));
  };

  /** @param {Ink} ink @param {boolean} isRectangle */
  const start = (ink, isRectangle) => {
    end();
    open = { style: styleOf(ink), box: null, at: [0, 0], isRectangle };
    return open;
  };

  /** What a step covers is put back. */
  const clean = () => {
    if (open?.box) copy(under, context, open.box);
  };

  /** Lay the step under way down: from here on it is one to be undone. */
  const end = () => {
    const box = open?.box;
    open = null;
    if (!box) return;
    remember(box, false);
    copy(canvas, below, box);
  };

  /** @param {Box} box @param {boolean} isReset */
  const remember = (box, isReset) => {
    done.push({ box, pixels: below.getImageData(...box), isReset, wasReset: isPlain });
    isPlain = isReset;
    undone = [];
    let bytes = done.reduce((sum, { pixels }) => sum + pixels.data.byteLength, 0);
    while (bytes > HISTORY_BYTES && done.length > 1) bytes -= done.shift()?.pixels.data.byteLength ?? 0;
  };

  /** Swap what a step covers with what it kept. @param {Step} step @returns {Step} */
  const swap = ({ box, pixels, isReset, wasReset }) => {
    const now = context.getImageData(...box);
    for (const each of [context, below]) each.putImageData(pixels, box[0], box[1]);
    return { box, pixels: now, isReset, wasReset };
  };

  return {
    canvas,
    width,
    height,
    mean,
    base,
    pixels: () => pixelsOf(canvas),
    /** Whether there is anything to lose. */
    isEdited: () => Boolean(open?.box) || !isPlain,
    canUndo: () => Boolean(open?.box) || done.length > 0,
    canRedo: () => undone.length > 0,
    /** Put the brush down. @param {Ink} ink @param {number} size Its diameter. @param {[number, number]} at */
    press: (ink, size, at) => {
      start(ink, false).at = at;
      if (open) dab(context, open, at, size);
      changed();
    },
    /** Draw it on. @param {[number, number]} at @param {number} size */
    move: (at, size) => {
      if (!open || open.isRectangle) return;
      dab(context, open, at, size);
      told(false);
    },
    /** The step under way is done. */
    end: () => {
      end();
      changed();
    },
    /** It is not wanted after all. */
    cancel: () => {
      clean();
      open = null;
      changed();
    },
    /** A rectangle that may still be moved: the step under way, until it is laid down. @param {Ink} ink @param {Box} box */
    rectangle: (ink, box) => {
      clean();
      const isNew = !open?.isRectangle;
      const step = open?.isRectangle ? open : start(ink, true);
      step.box = within(box, width, height);
      context.fillStyle = step.style;
      context.fillRect(...step.box);
      told(isNew);
    },
    /** The same rectangle in another ink, if there is one. @param {Ink} ink */
    dye: (ink) => {
      if (!open?.isRectangle || !open.box) return;
      clean();
      open.style = styleOf(ink);
      context.fillStyle = open.style;
      context.fillRect(...open.box);
      changed();
    },
    /** Where the rectangle is that may still be moved. @returns {Box | null} */
    floating: () => (open?.isRectangle ? open.box : null),
    undo: () => {
      end();
      const step = done.pop();
      if (!step) return;
      undone.push(swap(step));
      isPlain = step.wasReset;
      changed();
    },
    redo: () => {
      const step = open ? undefined : undone.pop();
      if (!step) return;
      done.push(swap(step));
      isPlain = step.isReset;
      changed();
    },
    /** Back to the photo; that can be undone, too. */
    reset: () => {
      end();
      if (isPlain) return;
      remember([0, 0, width, height], true);
      for (const each of [context, below]) each.drawImage(photo, 0, 0);
      changed();
    },
    /** The colour of a pixel. @param {[number, number]} at */
    colourAt: ([x, y]) => {
      const [red, green, blue] = context.getImageData(clamp(Math.floor(x), width), clamp(Math.floor(y), height), 1, 1).data;
      return hex(red ?? 0, green ?? 0, blue ?? 0);
    },
  };
}

/** @typedef {ReturnType<typeof createDrawing>} Drawing */

/** @param {number} value @param {number} size */
const clamp = (value, size) => Math.min(Math.max(value, 0), size - 1);

/** @param {number[]} levels */
const hex = (...levels) => `#${levels.map((level) => level.toString(16).padStart(2, "0")).join("")}`;

/** The mean colour, rounded. @param {Pixels} pixels */
function meanOf({ bytes }) {
  const sums = [0, 0, 0];
  for (let at = 0; at < bytes.length; at += 1) sums[at % 3] = (sums[at % 3] ?? 0) + (bytes[at] ?? 0);
  return hex(...sums.map((sum) => Math.round((3 * sum) / bytes.length)));
}

/** @param {Box} box @param {number} width @param {number} height @returns {Box} */
function within([left, top, across, down], width, height) {
  const [x, y] = [clamp(Math.round(left), width), clamp(Math.round(top), height)];
  return [x, y, Math.min(Math.max(1, Math.round(left + across) - x), width - x), Math.min(Math.max(1, Math.round(top + down) - y), height - y)];
}

/** @param {HTMLCanvasElement} from @param {CanvasRenderingContext2D} to @param {Box} box */
function copy(from, to, [left, top, width, height]) {
  to.drawImage(from, left, top, width, height, left, top, width, height);
}

/**
 * Draw a brush on to a place, and note what it has covered.
 * @param {CanvasRenderingContext2D} context @param {{style: string | CanvasPattern, box: Box | null, at: [number, number]}} step
 * @param {[number, number]} to @param {number} size
 */
function dab(context, step, to, size) {
  context.strokeStyle = step.style;
  [context.lineWidth, context.lineCap] = [size, "round"];
  context.beginPath();
  context.moveTo(...step.at);
  // A line of no length is not drawn by every browser.
  context.lineTo(to[0] + (to[0] === step.at[0] && to[1] === step.at[1] ? 0.01 : 0), to[1]);
  context.stroke();
  const reach = size / 2 + 2;
  const { width, height } = context.canvas;
  const [left, top] = [Math.min(step.at[0], to[0]) - reach, Math.min(step.at[1], to[1]) - reach];
  const [right, bottom] = [Math.max(step.at[0], to[0]) + reach, Math.max(step.at[1], to[1]) + reach];
  const [a, b] = [step.box?.[0] ?? Infinity, step.box?.[1] ?? Infinity];
  const [c, d] = step.box ? [step.box[0] + step.box[2], step.box[1] + step.box[3]] : [-Infinity, -Infinity];
  const [x, y] = [Math.max(0, Math.floor(Math.min(left, a))), Math.max(0, Math.floor(Math.min(top, b)))];
  const [z, w] = [Math.min(width, Math.ceil(Math.max(right, c))), Math.min(height, Math.ceil(Math.max(bottom, d)))];
  // Beside the photo nothing is covered.
  if (z > x && w > y) step.box = [x, y, z - x, w - y];
  step.at = to;
}

/**
 * A blurred copy: scaled down by halves and up again, which every browser can and does in no time; a filter some cannot.
 * @param {HTMLCanvasElement} canvas
 */
function blurred(canvas) {
  const least = Math.max(2, Math.max(canvas.width, canvas.height) * BLUR_SHARE);
  const factor = Math.max(1, Math.round(Math.log2(least)));
  let from = canvas;
  const sizes = [...Array(factor + 1).keys()].map((step) => [Math.max(1, Math.round(canvas.width / 2 ** step)), Math.max(1, Math.round(canvas.height / 2 ** step))]);
  // Down by halves, so that every pixel counts; up by halves, so that no edges of squares are seen.
  for (const [width, height] of [...sizes.slice(1), ...sizes.slice(0, -1).reverse()]) {
    const next = canvasOf(width ?? 1, height ?? 1, { alpha: false });
    const context = /** @type {CanvasRenderingContext2D} */ (next.getContext("2d"));
    context.imageSmoothingQuality = "high";
    context.drawImage(from, 0, 0, next.width, next.height);
    from = next;
  }
  return from;
}
