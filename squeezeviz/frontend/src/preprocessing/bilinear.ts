/**
 * Bilinear sampling without antialiasing, as OpenCV does it and ../../../preprocessing/resample.py: in single precision,
 * rounded at each step as NumPy rounds there.
 */
import type { Picture } from "../engine/types.ts";
import { type Geometry, scaleOf } from "./geometry.ts";

const { fround } = Math;

/** Resize and crop in one pass; only the pixels that the crop needs are touched. */
export function bilinearCrop({ width, height, pixels }: Picture, geometry: Geometry): Uint8Array<ArrayBuffer> {
  const [left, top, wide, tall] = geometry.crop;
  const [scaleX, scaleY] = scaleOf(geometry);
  const across = neighbours(wide, scaleX, left * scaleX, width);
  const down = neighbours(tall, scaleY, top * scaleY, height);
  const made = new Uint8Array(3 * wide * tall);
  let [above, below] = [new Float32Array(3 * wide), new Float32Array(3 * wide)];
  let [inAbove, inBelow] = [-1, -1];
  for (let y = 0; y < tall; y += 1) {
    const [first, second] = [down.first[y] as number, down.second[y] as number];
    if (first === inBelow) [above, below, inAbove, inBelow] = [below, above, inBelow, inAbove]; // as a rule
    if (first !== inAbove) blendAlong(pixels, 3 * width * first, across, above);
    if (second !== inBelow) blendAlong(pixels, 3 * width * second, across, below);
    [inAbove, inBelow] = [first, second];
    const weight = down.weight[y] as number;
    const row = 3 * wide * y;
    for (let x = 0; x < above.length; x += 1) {
      const here = above[x] as number;
      const step = fround(fround((below[x] as number) - here) * weight);
      made[row + x] = fround(fround(here + step) + 0.5); // cut off, which then rounds to nearest
    }
  }
  return made;
}

interface Neighbours {
  first: Int32Array;
  second: Int32Array;
  /** Of the second. */
  weight: Float32Array;
}

/** For each output pixel the two beside its centre. */
function neighbours(count: number, scale: number, start: number, size: number): Neighbours {
  const found = { first: new Int32Array(count), second: new Int32Array(count), weight: new Float32Array(count) };
  for (let at = 0; at < count; at += 1) {
    const centre = (at + 0.5) * scale + start - 0.5;
    const first = Math.floor(centre);
    found.weight[at] = centre - first;
    found.first[at] = Math.min(size - 1, Math.max(0, first));
    found.second[at] = Math.min(size - 1, Math.max(0, first + 1));
  }
  return found;
}

function blendAlong(pixels: Uint8Array, row: number, { first, second, weight }: Neighbours, into: Float32Array): void {
  for (let x = 0, at = 0; x < first.length; x += 1, at += 3) {
    const [left, right] = [row + 3 * (first[x] as number), row + 3 * (second[x] as number)];
    const share = weight[x] as number;
    const [red, green, blue] = [pixels[left] as number, pixels[left + 1] as number, pixels[left + 2] as number];
    into[at] = red + fround(((pixels[right] as number) - red) * share);
    into[at + 1] = green + fround(((pixels[right + 1] as number) - green) * share);
    into[at + 2] = blue + fround(((pixels[right + 2] as number) - blue) * share);
  }
}
