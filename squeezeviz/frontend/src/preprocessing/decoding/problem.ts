/** What is wrong with a file, in the words that ../../../../image/ has for it. */

/** No more pixels are decoded. */
export const MOST_PIXELS = 89_478_485;

const MOST_NAMED = 120;

export class ImageError extends Error {
  constructor(name: string, problem: string) {
    super(`${name.length > MOST_NAMED ? `${name.slice(0, MOST_NAMED)}…` : name}: ${problem}`);
    this.name = "ImageError";
  }
}

/** @throws {ImageError} It has no pixels, or more than are read. */
export function checkSize(width: number, height: number, name: string): void {
  if (width < 1 || height < 1) throw new ImageError(name, `is ${width} × ${height} pixels; expected at least 1 × 1`);
  if (width * height <= MOST_PIXELS) return;
  const millions = (pixels: number) => (pixels / 1e6).toFixed(0);
  throw new ImageError(
    name,
    `is ${width} × ${height} pixels (${millions(width * height)} megapixels); ` +
      `up to ${millions(MOST_PIXELS)} megapixels are read. Scale it down first`,
  );
}

/** @param why What the decoder found, in a few words. */
export const damaged = (name: string, spoken: string, size: number, why = ""): ImageError =>
  new ImageError(
    name,
    `is damaged or cut off: expected ${spoken}, found ${size.toLocaleString("en")} bytes of one` +
      `${why ? ` (${why})` : ""}. Save or download it again`,
  );
