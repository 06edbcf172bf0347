/** A preprocessing of one's own: what a change of it brings along, and where its crop lies. */
import type { How, Px } from "../../store/types.ts";

/** Values: what the pixel values 0–255 become. */
export const SCALES = [
  { text: "0 to 255", scale: 1 },
  { text: "0 to 1", scale: 1 / 255 },
  { text: "0 to 2", scale: 1 / 127.5 },
] as const;

const COLOURS: Record<string, string> = { R: "red", G: "green", B: "blue" };
const CORNERS: Record<string, [number, number]> = {
  "top-left": [0, 0],
  "top-right": [1, 0],
  "bottom-left": [0, 1],
  "bottom-right": [1, 1],
};

/** A size's height and width. */
export const bothOf = (px: Px): [number, number] => (typeof px === "number" ? [px, px] : px);

/** As it is written: one number where both sides are the same. */
const written = ([height, width]: [number, number]): Px => (height === width ? height : [height, width]);

/** With a change, and what follows from it: nothing is cropped that is not there. */
export function withChange(how: How, change: Partial<How>): How {
  const made = { ...how, ...change };
  const [tall, wide] = bothOf(made.crop_px);
  const [down, across] = bothOf(made.resize_px);
  if (made.resize !== "none") made.resize_px = written([Math.max(down, tall), Math.max(across, wide)]);
  if (made.interpolation === "nearest") made.antialias = false;
  else if (made.interpolation !== "bilinear") made.antialias = true;
  return made;
}

/** Of other values. The means keep their meaning: they are in units of the scaled values. */
export function withScale(how: How, scale: number): How {
  return withChange(how, { scale, mean: how.mean.map((mean) => (mean * scale) / how.scale) });
}

/** Resized so that the longer side has so many pixels, in the same proportions. */
export function withSize(how: How, longer: number): How {
  const before = bothOf(how.resize_px);
  const [down, across] = before.map((side) => Math.max(1, Math.round((side * longer) / Math.max(...before))));
  return withChange(how, { resize_px: written([down ?? longer, across ?? longer]) });
}

/** @param value As a pixel value 0–255. */
export function withMean(how: How, channel: number, value: number): How {
  return withChange(how, { mean: how.mean.map((mean, at) => (at === channel ? value * how.scale : mean)) });
}

/** One mean a channel, as pixel values 0–255, and what they are called. */
export function meansOf({ mean, scale, channel_order: order }: How): { name: string; value: number }[] {
  return mean.map((each, at) => ({
    name: mean.length === 1 ? "mean" : `mean of ${COLOURS[order[at] ?? "R"]}`,
    value: each / scale,
  }));
}

/** One that is on offer, else its own. */
export const scaleOf = ({ scale }: How): number =>
  SCALES.find((offered) => Math.abs(offered.scale / scale - 1) < 1e-6)?.scale ?? scale;

/** Where the crop lies between both ends of its room: x, y, 0–1. */
export function placeOf({ crop }: How): [number, number] {
  return typeof crop === "string" ? (CORNERS[crop] ?? [0.5, 0.5]) : crop;
}

type Size = readonly [width: number, height: number];

/** The photo resized, and the room that its crop has, in input pixels. */
export function roomOf(how: How, [width, height]: Size): { resized: Size; full: Size } {
  const [down, across] = bothOf(how.resize_px);
  if (how.resize === "squash") return { resized: [across, down], full: [across, down] };
  if (how.resize === "none") return { resized: [width, height], full: [width, height] };
  const isNarrower = height * across >= width * down; // than the size is
  const isByWidth = isNarrower === (how.resize === "shorter-side");
  const resized: Size = isByWidth ? [across, rounded(height, across, width)] : [rounded(width, down, height), down];
  return { resized, full: how.resize === "longer-side" ? [across, down] : resized };
}

/** Halves up, as Python resizes. */
function rounded(length: number, px: number, by: number): number {
  return Math.max(1, Math.floor((2 * length * px + by) / (2 * by)));
}

/** With its crop moved, in input pixels, as far as there is room. */
export function withCropMoved(how: How, size: Size, dx: number, dy: number): How {
  const { full } = roomOf(how, size);
  const [tall, wide] = bothOf(how.crop_px);
  const [x, y] = placeOf(how);
  const moved = (place: number, by: number, free: number) =>
    free > 0 ? Math.min(1, Math.max(0, place + by / free)) : place;
  return withChange(how, { crop: [moved(x, dx, full[0] - wide), moved(y, dy, full[1] - tall)] });
}

type Box = {
  left: number;
  top: number;
  width: number;
  height: number;
};

/**
 * The crop on the photo, both as large as they are after resizing, in CSS pixels.
 *
 * @param side Of the square that they fit in.
 * @returns With how many CSS pixels an input pixel takes.
 */
export function layoutCrop(how: How, size: Size, side: number): { room: Size; photo: Box; crop: Box; unit: number } {
  const { resized, full } = roomOf(how, size);
  const [tall, wide] = bothOf(how.crop_px);
  const [x, y] = placeOf(how);
  const unit = side / Math.max(...full, tall, wide);
  const box = (left: number, top: number, width: number, height: number): Box => ({
    left: left * unit,
    top: top * unit,
    width: width * unit,
    height: height * unit,
  });
  return {
    unit,
    room: [full[0] * unit, full[1] * unit],
    photo: box((full[0] - resized[0]) / 2, (full[1] - resized[1]) / 2, ...resized),
    crop: box(Math.max(0, full[0] - wide) * x, Math.max(0, full[1] - tall) * y, wide, tall),
  };
}
