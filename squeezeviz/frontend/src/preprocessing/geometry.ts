/** Where a point of the network's input lies in the photo: what resizing, cropping, padding and mirroring come to. */
import { type Described, PreprocessingError, sides } from "./description.ts";
import { windowsOf } from "./windows.ts";

/** Pixel `i` covers `[i, i + 1)` and has its centre at `i + 0.5`; sizes are (width, height). */
export interface Geometry {
  /** Of the photo, as the preprocessing takes it: upright, or as it is stored. */
  original: Size;
  /** What it is brought to. */
  resized: Size;
  /** Of the input within the resized photo; where that is padded, it begins before 0 or ends beyond. */
  crop: [left: number, top: number, width: number, height: number];
  /** The part of the input that shows the photo, before mirroring. */
  filled: [left: number, top: number, right: number, bottom: number];
  is_flipped: boolean;
}

/**
 * The mapping between the input and a photo of that size.
 *
 * @param window Which crop, of several.
 * @throws {PreprocessingError} The crop is larger than the photo.
 */
export function geometryOf(how: Described, width: number, height: number, window = 0): Geometry {
  const place = windowsOf(how)[window];
  if (!place) throw new RangeError(`expected one of ${windowsOf(how).length} crops, got number ${window}`);
  const resized = resizedTo(how, width, height);
  const [tall, wide] = sides(how.crop_px);
  const [down, across] = sides(how.resize_px);
  const full: Size = how.resize === "longer-side" ? [across, down] : resized; // in the middle of a rectangle
  if (full[0] < wide || full[1] < tall) {
    throw new PreprocessingError(
      how,
      `crops ${wide} × ${tall} px out of a photo of ${full[0]} × ${full[1]} px; ` +
        "the crop must fit: resize it first (resize='shorter-side'), or take a larger photo",
    );
  }
  const begin = (side: number, photo: number, taken: number, share: number) =>
    Math.floor((side - taken) * share) - Math.floor((side - photo) / 2);
  const left = begin(full[0], resized[0], wide, place.x);
  const top = begin(full[1], resized[1], tall, place.y);
  return {
    original: [width, height],
    resized,
    crop: [left, top, wide, tall],
    filled: [
      Math.min(wide, Math.max(0, -left)),
      Math.min(tall, Math.max(0, -top)),
      Math.max(0, Math.min(wide, resized[0] - left)),
      Math.max(0, Math.min(tall, resized[1] - top)),
    ],
    is_flipped: place.isFlipped,
  };
}

type Size = [width: number, height: number];

/** The photo's pixels per input pixel, along x and y. */
export const scaleOf = ({ original, resized }: Geometry): [x: number, y: number] => [
  original[0] / resized[0],
  original[1] / resized[1],
];

/** Width and height that a photo is brought to. */
function resizedTo({ resize, resize_px: px }: Described, width: number, height: number): Size {
  const [down, across] = sides(px);
  if (resize === "none") return [width, height];
  if (resize === "squash") return [across, down];
  const isNarrower = height * across >= width * down; // than the size is
  if (isNarrower === (resize === "shorter-side")) return [across, halfUp(height, across, width)];
  return [halfUp(width, down, height), down];
}

/** In whole numbers: a factor would be rounded itself. */
const halfUp = (length: number, px: number, by: number) => Math.max(1, Math.floor((2 * length * px + by) / (2 * by)));
