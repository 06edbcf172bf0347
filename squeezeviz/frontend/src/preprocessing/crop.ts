/** Resizing and cropping: the photo's pixels → the input's, still 8-bit RGB; as ../../../preprocessing/pixels.py does it. */
import type { Picture } from "../engine/types.ts";
import { resized } from "./antialiased.ts";
import { bilinearCrop } from "./bilinear.ts";
import type { Described } from "./description.ts";
import { type Geometry, geometryOf, scaleOf } from "./geometry.ts";

/** A larger photo is not resized whole, but the part round the crop. */
const MOST_RESIZED = 16_000_000;

type Pixels = Uint8Array<ArrayBuffer>;

/**
 * The pixels that the network's input is made of.
 *
 * @param photo As the preprocessing takes it: see `photoOf`.
 * @param window Which crop, of several.
 * @throws {PreprocessingError} The crop is larger than the photo.
 */
export function cropped(photo: Picture, how: Described, window = 0): Picture {
  const geometry = geometryOf(how, photo.width, photo.height, window);
  const [, , width, height] = geometry.crop;
  const pixels = taken(photo, how, geometry);
  pad(pixels, geometry, how.padding);
  if (geometry.is_flipped) mirror(pixels, width);
  return { width, height, pixels };
}

function taken(photo: Picture, how: Described, geometry: Geometry): Pixels {
  const [left, top, width, height] = geometry.crop;
  const [across, down] = geometry.resized;
  if (across === photo.width && down === photo.height) {
    return gathered(photo, edges(left, width, across), edges(top, height, down));
  }
  if (how.antialias) return antialiased(photo, how, geometry);
  if (how.interpolation === "bilinear") return bilinearCrop(photo, geometry);
  return gathered(photo, nearest(geometry, 0), nearest(geometry, 1));
}

function antialiased(photo: Picture, { interpolation }: Described, geometry: Geometry): Pixels {
  const [left, top, width, height] = geometry.crop;
  const [across, down] = geometry.resized;
  const inside = (from: number, count: number, size: number): [number, number] => [
    Math.min(size - 1, Math.max(0, from)),
    Math.max(1, Math.min(size, from + count)),
  ];
  const [x0, x1] = inside(left, width, across);
  const [y0, y1] = inside(top, height, down);
  const made =
    across * down <= MOST_RESIZED
      ? resized(photo, {
          interpolation,
          box: [0, 0, photo.width, photo.height],
          size: [across, down],
          part: [x0, y0, x1, y1],
        })
      : partOf(photo, interpolation, geometry, [x0, y0, x1, y1]);
  return gathered(made, edges(left - x0, width, made.width), edges(top - y0, height, made.height));
}

/** Of one pixel by many thousand, resized: of the part round the crop, with more than any filter reaches beyond it. */
function partOf(
  photo: Picture,
  interpolation: Described["interpolation"],
  geometry: Geometry,
  [left, top, right, bottom]: [number, number, number, number],
): Picture {
  const [across, down] = geometry.resized;
  const [scaleX, scaleY] = scaleOf(geometry);
  const reach = 8 + 4 * Math.ceil(Math.max(1, 1 / scaleX, 1 / scaleY));
  const [cropLeft, cropTop, width, height] = geometry.crop;
  const [x0, y0] = [Math.max(0, cropLeft - reach), Math.max(0, cropTop - reach)];
  const [x1, y1] = [Math.min(across, cropLeft + width + reach), Math.min(down, cropTop + height + reach)];
  return resized(photo, {
    interpolation,
    box: [x0 * scaleX, y0 * scaleY, Math.min(photo.width, x1 * scaleX), Math.min(photo.height, y1 * scaleY)],
    size: [x1 - x0, y1 - y0],
    part: [left - x0, top - y0, right - x0, bottom - y0],
  });
}

/** Which pixels a crop takes along an axis: beyond its ends the edge repeats. */
const edges = (from: number, count: number, size: number): Int32Array =>
  Int32Array.from({ length: count }, (_, at) => Math.min(size - 1, Math.max(0, from + at)));

/** The photo's column (axis 0) or row (axis 1) under the centre of each input pixel. */
function nearest(geometry: Geometry, axis: 0 | 1): Int32Array {
  const [start, count, size] = [geometry.crop[axis], geometry.crop[axis + 2] as number, geometry.original[axis]];
  const scale = scaleOf(geometry)[axis];
  return Int32Array.from({ length: count }, (_, at) =>
    Math.min(size - 1, Math.max(0, Math.floor((at + 0.5 + start) * scale))),
  );
}

function gathered({ width, pixels }: Picture, columns: Int32Array, rows: Int32Array): Pixels {
  const made = new Uint8Array(3 * columns.length * rows.length);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = 3 * (row * width + column);
      made[to] = pixels[from] as number;
      made[to + 1] = pixels[from + 1] as number;
      made[to + 2] = pixels[from + 2] as number;
      to += 3;
    }
  }
  return made;
}

function pad(pixels: Pixels, { crop: [, , width, height], filled }: Geometry, colour: Described["padding"]): void {
  const [x0, y0, x1, y1] = filled;
  if (x0 === 0 && y0 === 0 && x1 === width && y1 === height) return;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (y < y0 || y >= y1 || x < x0 || x >= x1) pixels.set(colour, 3 * (y * width + x));
    }
  }
}

function mirror(pixels: Pixels, width: number): void {
  for (let row = 0; row < pixels.length; row += 3 * width) {
    const before = pixels.slice(row, row + 3 * width);
    for (let x = 0; x < width; x += 1) pixels.set(before.subarray(3 * x, 3 * x + 3), row + 3 * (width - 1 - x));
  }
}
