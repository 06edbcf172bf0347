/** Pillow's `resize` of 8-bit pictures, to the last bit: along rows, then along columns, each rounded to 8 bits. */
import type { Picture } from "../engine/types.ts";
import type { Interpolation } from "./description.ts";
import { type Axis, PRECISION, type Taps, tapsOf } from "./filters.ts";

/** What is resized, and what of it is asked for. */
export interface Resizing {
  interpolation: Interpolation;
  /** Of the picture, that becomes the result. */
  box: [left: number, top: number, right: number, bottom: number];
  /** All of the result. */
  size: [width: number, height: number];
  /** The part that is made: no pixel of it hangs on the others. */
  part: [left: number, top: number, right: number, bottom: number];
}

const HALF = 1 << (PRECISION - 1);

export function resized(picture: Picture, resizing: Resizing): Picture {
  const [[wide, tall], [left, top, right, bottom]] = [resizing.size, resizing.part];
  const across = axisOf(resizing, 0, picture.width);
  const down = axisOf(resizing, 1, picture.height);
  const columns = across.isResized ? tapsOf(resizing.interpolation, across) : null;
  const rows = down.isResized ? tapsOf(resizing.interpolation, down) : null;
  // Since Pillow 13: it is less work. The first rounding differs, and so does a level here and there.
  const isDownFirst = tall < picture.height && picture.height - tall > 2 * (picture.width - wide);
  if (columns && rows && isDownFirst) return alongRows(alongColumns(picture, rows, 0), columns, 0, bottom - top);
  const [begin, end] = rows ? reach(rows) : [top, bottom];
  const made = columns ? alongRows(picture, columns, begin, end) : cut(picture, left, right, begin, end);
  return rows ? alongColumns(made, rows, begin) : made;
}

function axisOf({ box, size, part }: Resizing, axis: 0 | 1, length: number): Axis & { isResized: boolean } {
  const [start, end, made] = [box[axis], box[axis + 2] as number, size[axis]];
  const isResized = made !== length || start !== 0 || end !== made;
  return { size: length, box: [start, end], resized: made, from: part[axis], to: part[axis + 2] as number, isResized };
}

/** The rows that all of them together take. */
function reach({ first, count }: Taps): [from: number, to: number] {
  let [from, to] = [Infinity, 0];
  first.forEach((start, at) => {
    from = Math.min(from, start);
    to = Math.max(to, start + (count[at] as number));
  });
  return [Math.min(from, to), to];
}

function cut({ width, pixels }: Picture, left: number, right: number, top: number, bottom: number): Picture {
  const made = {
    width: right - left,
    height: bottom - top,
    pixels: new Uint8Array(3 * (right - left) * (bottom - top)),
  };
  for (let y = top; y < bottom; y += 1) {
    made.pixels.set(pixels.subarray(3 * (y * width + left), 3 * (y * width + right)), 3 * (y - top) * made.width);
  }
  return made;
}

const level = (sum: number): number => {
  const whole = sum >> PRECISION;
  return Math.min(255, Math.max(0, whole));
};

function alongRows({ width, pixels }: Picture, taps: Taps, top: number, bottom: number): Picture {
  const wide = taps.first.length;
  const made = new Uint8Array(3 * wide * (bottom - top));
  for (let y = top, to = 0; y < bottom; y += 1) {
    for (let x = 0; x < wide; x += 1, to += 3) {
      let from = 3 * (y * width + (taps.first[x] as number));
      let [red, green, blue] = [HALF, HALF, HALF];
      const last = x * taps.most + (taps.count[x] as number);
      for (let tap = x * taps.most; tap < last; tap += 1, from += 3) {
        const weight = taps.weights[tap] as number;
        red = (red + Math.imul(pixels[from] as number, weight)) | 0;
        green = (green + Math.imul(pixels[from + 1] as number, weight)) | 0;
        blue = (blue + Math.imul(pixels[from + 2] as number, weight)) | 0;
      }
      made[to] = level(red);
      made[to + 1] = level(green);
      made[to + 2] = level(blue);
    }
  }
  return { width: wide, height: bottom - top, pixels: made };
}

/** @param top Which row of the whole picture its first is. */
function alongColumns({ width, pixels }: Picture, taps: Taps, top: number): Picture {
  const [tall, row] = [taps.first.length, 3 * width];
  const made = new Uint8Array(row * tall);
  const sums = new Int32Array(row);
  for (let y = 0; y < tall; y += 1) {
    sums.fill(HALF);
    let from = row * ((taps.first[y] as number) - top);
    const last = y * taps.most + (taps.count[y] as number);
    for (let tap = y * taps.most; tap < last; tap += 1, from += row) {
      const weight = taps.weights[tap] as number;
      for (let x = 0; x < row; x += 1) sums[x] = (sums[x] as number) + Math.imul(pixels[from + x] as number, weight);
    }
    for (let x = 0; x < row; x += 1) made[y * row + x] = level(sums[x] as number);
  }
  return { width, height: tall, pixels: made };
}
