/** EXIF's eight orientations: which way a photo is turned to be upright, and back. */
import type { Picture } from "../engine/types.ts";

export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** For each orientation whether x and y are exchanged, then which of the stored axes run backwards. */
const TURNS: Record<Orientation, [isTransposed: boolean, isXBackwards: boolean, isYBackwards: boolean]> = {
  1: [false, false, false],
  2: [false, true, false],
  3: [false, true, true],
  4: [false, false, true],
  5: [true, false, false],
  6: [true, false, true],
  7: [true, true, true],
  8: [true, true, false],
};

/** What undoes each is itself, but for the two quarter turns. */
const BACK: Record<Orientation, Orientation> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6 };

export function upright(picture: Picture, orientation: Orientation): Picture {
  if (orientation === 1) return picture;
  const { width, height, pixels } = picture;
  const [isTransposed, isXBackwards, isYBackwards] = TURNS[orientation];
  const made = { width: isTransposed ? height : width, height: isTransposed ? width : height };
  const turned = new Uint8Array(pixels.length);
  let to = 0;
  for (let y = 0; y < made.height; y += 1) {
    for (let x = 0; x < made.width; x += 1, to += 3) {
      const [across, down] = isTransposed ? [y, x] : [x, y];
      const column = isXBackwards ? width - 1 - across : across;
      const row = isYBackwards ? height - 1 - down : down;
      const from = 3 * (row * width + column);
      turned[to] = pixels[from] as number;
      turned[to + 1] = pixels[from + 1] as number;
      turned[to + 2] = pixels[from + 2] as number;
    }
  }
  return { ...made, pixels: turned };
}

/** As it lies in its file. */
export const asStored = (picture: Picture, orientation: Orientation): Picture => upright(picture, BACK[orientation]);
