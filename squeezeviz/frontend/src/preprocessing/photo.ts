/** The photo as a preprocessing takes it: upright or lying as in its file, in which colours. */
import type { Picture } from "../engine/types.ts";
import { type Described, PreprocessingError } from "./description.ts";
import { asStored, type Orientation } from "./upright.ts";

/** A decoded photo. */
export interface Photo {
  /** Upright RGB. */
  picture: Picture;
  /** That its file had: EXIF's, 1 to 8. */
  orientation: Orientation;
  /** What its embedded colour profile calls itself, where it is there, can be used and is not sRGB; else null. */
  profile: string | null;
}

/** @throws {PreprocessingError} It asks for sRGB of a photo whose profile is another one. */
export function photoOf({ picture, orientation, profile }: Photo, how: Described): Picture {
  if (how.respect_icc && profile !== null) {
    throw new PreprocessingError(
      how,
      `brings colours to sRGB, and the photo's profile is ${profile}; expected sRGB or none, since this page does not ` +
        "convert colours: choose another preprocessing, or save the photo in sRGB",
    );
  }
  const turned = how.respect_exif ? picture : asStored(picture, orientation);
  return how.channel_order === "grey" ? inGrey(turned) : turned;
}

/** Three channels alike: ITU-R 601 luma, in the whole numbers of Pillow's mode L. */
export function inGrey({ width, height, pixels }: Picture): Picture {
  const made = new Uint8Array(pixels.length);
  for (let at = 0; at < pixels.length; at += 3) {
    const [red, green, blue] = [pixels[at] as number, pixels[at + 1] as number, pixels[at + 2] as number];
    made.fill((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16, at, at + 3);
  }
  return { width, height, pixels: made };
}
