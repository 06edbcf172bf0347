/** A preprocessing as plain data, as `Preprocessing.to_dict` of ../../../preprocessing/description.py writes it. */
import type { Affine } from "../engine/types.ts";

/** Height and width of a square as one number, or (height, width). */
export type Px = number | [height: number, width: number];
export type Interpolation = "nearest" | "bilinear" | "box" | "hamming" | "bicubic" | "lanczos";

/** What each field means says the class in Python. */
export interface Described {
  name: string;
  origin: string;
  respect_exif: boolean;
  respect_icc: boolean;
  resize: "squash" | "shorter-side" | "longer-side" | "none";
  resize_px: Px;
  /** Red, green, blue. */
  padding: [number, number, number];
  interpolation: Interpolation;
  antialias: boolean;
  crop: string | [x: number, y: number];
  crop_px: Px;
  channel_order: "BGR" | "RGB" | "grey";
  scale: number;
  /** One a channel; so is the next. */
  mean: number[];
  std: number[];
}

/** What cannot be done to a photo, in the words that Python has for it. */
export class PreprocessingError extends Error {
  constructor(how: { name: string }, problem: string) {
    super(`preprocessing '${how.name}': ${problem}`);
    this.name = "PreprocessingError";
  }
}

/** Height and width. */
export const sides = (px: Px): [height: number, width: number] => (typeof px === "number" ? [px, px] : px);

const PLACES = { BGR: [2, 1, 0], RGB: [0, 1, 2], grey: [0] };

/** Tensor = slope · value + offset, values 0–255: what single precision holds of it, as in Python. */
export function affineOf({ scale, mean, std, channel_order: order }: Described): Affine {
  const slope = std.map((each) => Math.fround(scale / each));
  const offset = std.map((each, channel) => Math.fround(-(mean[channel] as number) / each));
  return { slope, offset, rgb: PLACES[order] };
}
