/** From the network's input back to the photo: how its numbers were made of pixel values 0–255. */
import { pixelIn } from "./numbers.ts";
import type { Affine, Cell, Opened, PhotoGeometry, Picture } from "./types.ts";

/** The photo resized and cropped; and the photo itself. */
export const [RESIZED, PHOTO] = ["resized", "photo"] as const;

export interface Prepared {
  preset: string;
  affine: Affine;
  /** The pixel values that the network's input was made of. */
  cropped: Picture;
  geometry: PhotoGeometry;
  /** The photo's, in the rows and columns that are blended. */
  pixels: Picture | null;
}

/** A number of the network's input. */
export function scaling({ affine, cropped }: Prepared, channel: number, cell: Cell): Opened {
  const { slope, offset, rgb } = affine;
  const colour = Number(rgb[channel]);
  const value = pixelIn(cropped, colour, cell);
  const term = { layer: RESIZED, channel: colour, cell, weight: Number(slope[channel]), value };
  return { kind: "scaling", bias: Number(offset[channel]), terms: [term] };
}

/**
 * A pixel value of the resized photo, as a blend of the photo's own pixels.
 *
 * @throws {RangeError} Where what it is blended of is not known.
 */
export function blend({ geometry, pixels, cropped, preset }: Prepared, colour: number, cell: Cell): Opened {
  const [x0, y0, x1, y1] = geometry.filled;
  const isPadding = !(x0 <= cell[1] && cell[1] < x1 && y0 <= cell[0] && cell[0] < y1);
  if (isPadding) return { kind: "blend", bias: pixelIn(cropped, colour, cell), terms: [] };
  if (geometry.problem) throw new RangeError(geometry.problem);
  if (!pixels) {
    const others = "the file holds only the pixels that another preprocessing blends";
    throw new RangeError(`of this photo, ${others}, not those of '${preset}'`);
  }
  const { xs, ys } = blended(geometry, cell);
  const terms = ys.flatMap(([row, wy]) =>
    xs.map(([column, wx]) => {
      const stored: Cell = [(geometry.rows ?? []).indexOf(row), (geometry.columns ?? []).indexOf(column)];
      const value = pixelIn(pixels, colour, stored);
      return { layer: PHOTO, channel: colour, cell: [row, column] as Cell, weight: wy * wx, value };
    }),
  );
  return { kind: "blend", bias: 0, terms: terms.filter(({ weight }) => weight) };
}

type Share = [at: number, weight: number];

/** The photo's rows and columns that a pixel of the resized photo is made of, with what each counts. */
function blended(geometry: PhotoGeometry, cell: Cell): { xs: Share[]; ys: Share[] } {
  const { original, resized, crop, is_flipped, is_whole } = geometry;
  const [[width, height], [across, down], [left, top, cropWidth]] = [original, resized, crop];
  const column = is_flipped ? cropWidth - (cell[1] + 0.5) : cell[1] + 0.5;
  const [x, y] = [((column + left) * width) / across, ((cell[0] + 0.5 + top) * height) / down];
  if (is_whole) return { xs: [[Math.trunc(x), 1]], ys: [[Math.trunc(y), 1]] };
  return { xs: beside(x, width), ys: beside(y, height) };
}

/** The two pixels beside a place, with what each counts; at the photo's edge they are one. */
export function beside(centre: number, size: number): Share[] {
  const first = Math.floor(centre - 0.5);
  const share = centre - 0.5 - first;
  const within = (at: number) => Math.min(size - 1, Math.max(0, at));
  const [left, right] = [within(first), within(first + 1)];
  if (left === right) return [[left, 1]];
  return [
    [left, 1 - share],
    [right, share],
  ];
}
