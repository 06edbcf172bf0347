/** What full colour stands for in an attribution: as ../../../report/attribution_words.py has it. */

/** Beside a few pixels far larger than all others, nothing would be seen of the others. */
const SHARE = 0.995;

export interface FullColour {
  most: number;
  /** Whether there are sizes beyond it. */
  isBeyond: boolean;
}

/** What full colour stands for: of cells the largest size; of pixels that of which one in two hundred is larger. */
export function fullColour(values: Float32Array, isOfPixels: boolean): FullColour {
  const sizes = values.map(Math.abs).sort();
  const largest = sizes.at(-1) ?? 0;
  const at = SHARE * (sizes.length - 1);
  const [below, above] = [sizes[Math.floor(at)] ?? 0, sizes[Math.ceil(at)] ?? 0];
  const most = below + (above - below) * (at - Math.floor(at));
  return isOfPixels && most > 0 && most < largest ? { most, isBeyond: true } : { most: largest, isBeyond: false };
}
