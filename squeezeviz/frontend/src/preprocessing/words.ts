/** A preprocessing's steps in words, left to right: what `Preprocessing.describe` says. */
import { type Described, sides } from "./description.ts";

export function wordsOf(how: Described): string {
  const steps = [
    ...(how.respect_exif ? [] : ["EXIF ignored"]),
    ...(how.respect_icc ? ["colours to sRGB"] : []),
    ...resizeAndCrop(how),
  ];
  if (how.resize !== "none" && (how.interpolation !== "bilinear" || how.antialias)) {
    steps.push(`${how.interpolation}${how.antialias ? ", antialiased" : ""}`);
  }
  const isGrey = how.channel_order === "grey";
  steps.push(isGrey ? "grey (ITU-R 601 luma)" : how.channel_order);
  if (how.scale !== 1) steps.push(`values × ${general(how.scale)}`);
  if (how.mean.some(Boolean)) steps.push(`minus the mean${isGrey ? "" : "s"} ${how.mean.map(general).join(", ")}`);
  if (how.std.some((value) => value !== 1)) steps.push(`divided by ${how.std.map(general).join(", ")}`);
  return steps.join(" → ");
}

const PLACES: Record<string, string> = { centre: "centre crop", five: "five crops", ten: "ten crops" };

function resizeAndCrop({ resize, resize_px: px, crop, crop_px: cropPx }: Described): string[] {
  const [[height, width], [down, across]] = [sides(px), sides(cropPx)];
  const isSquare = height === width;
  const steps = {
    squash: [`squash to ${height} × ${width}`],
    "shorter-side": [isSquare ? `shorter side to ${height}` : `scaled to cover ${height} × ${width}`],
    "longer-side": [
      isSquare
        ? `longer side to ${height}, padded to a square`
        : `scaled to fit into ${height} × ${width}, padded to it`,
    ],
    none: [],
  }[resize];
  const isWhole = height === down && width === across;
  if (isWhole && resize !== "shorter-side" && resize !== "none") return steps;
  const place = typeof crop === "string" ? crop : crop.map((share) => `${halfEven(100 * share)}%`).join(", ");
  return [...steps, `${PLACES[place] ?? `crop at ${place}`} ${down} × ${across}`];
}

/** As Python rounds: what lies half-way goes to the even neighbour. */
function halfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 ? below + 1 : below;
}

/** Six digits that matter, as Python's ":g" writes them. */
function general(value: number): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(Number(value.toPrecision(6)))));
  if (exponent >= -4 && exponent < 6) return String(Number(value.toPrecision(6)));
  const [digits, power] = value.toExponential(5).split("e") as [string, string];
  return `${Number(digits)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}
