/** What of a photo the input's pixels are blended of, for `engine/pixels.ts` to open: as ../../../standalone/contents.py. */
import type { PhotoGeometry, Picture } from "../engine/types.ts";
import type { Described } from "./description.ts";
import { type Geometry, geometryOf } from "./geometry.ts";

/**
 * The photo's own pixels that the first crop's are blended of, in the rows and columns that the geometry names.
 *
 * @param photo As the preprocessing takes it: see `photoOf`.
 * @returns `pixels` is null where so many count that they are not opened; the geometry says why.
 * @throws {PreprocessingError} The crop is larger than the photo.
 */
export function blendedOf(photo: Picture, how: Described): { geometry: PhotoGeometry; pixels: Picture | null } {
  const geometry = geometryOf(how, photo.width, photo.height);
  const { original, resized } = geometry;
  const isWhole = (resized[0] === original[0] && resized[1] === original[1]) || how.interpolation === "nearest";
  if (how.antialias && !isWhole) {
    const problem =
      `preprocessing '${how.name}': ${how.interpolation}, antialiased, averages many pixels; ` +
      "only 'bilinear' and 'nearest' without antialiasing are opened further";
    return { geometry: { ...geometry, problem }, pixels: null };
  }
  const [columns, rows] = [under(geometry, 0, isWhole), under(geometry, 1, isWhole)];
  const pixels = new Uint8Array(3 * rows.length * columns.length);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = 3 * (row * photo.width + column);
      pixels.set(photo.pixels.subarray(from, from + 3), to);
      to += 3;
    }
  }
  return {
    geometry: { ...geometry, is_whole: isWhole, rows, columns },
    pixels: { width: columns.length, height: rows.length, pixels },
  };
}

/** The photo's columns (axis 0) or rows (axis 1) under the centres of the input's: the one there, or the two beside it. */
function under({ original, resized, crop, is_flipped: isFlipped }: Geometry, axis: 0 | 1, isWhole: boolean): number[] {
  const [start, count, size] = [crop[axis], crop[axis + 2] as number, original[axis]];
  const found = new Set<number>();
  for (let at = 0; at < count; at += 1) {
    const place = isFlipped && axis === 0 ? count - (at + 0.5) : at + 0.5;
    const centre = ((place + start) * size) / resized[axis];
    const first = Math.floor(isWhole ? centre : centre - 0.5);
    for (const index of isWhole ? [first] : [first, first + 1]) found.add(Math.min(size - 1, Math.max(0, index)));
  }
  return [...found].sort((a, b) => a - b);
}
