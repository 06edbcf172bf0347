/** The colours of activations, for the theme that the page has now. */
import { coloursOf, type PaletteName, palettes } from "./colours.ts";
import { theme } from "./theme.ts";

export type { PaletteName };

/** For activations; `difference` is not one of them. */
export const PALETTES = palettes.filter((name) => name !== "difference");

const made = new Map<string, Uint32Array>();

/** 256 colours as canvas pixels (little-endian RGBA); index 0 stands for exactly zero. */
export function pixels(name: string): Uint32Array {
  const key = `${name} ${theme()}`;
  const known = made.get(key);
  if (known) return known;
  const rgb = coloursOf(name, theme());
  const at = (index: number) => rgb[index] ?? 0;
  const table = Uint32Array.from(
    { length: rgb.length / 3 },
    (_, index) => 0xff000000 | (at(3 * index + 2) << 16) | (at(3 * index + 1) << 8) | at(3 * index),
  );
  made.set(key, table);
  return table;
}

export function colour(name: string, index: number): string {
  const pixel = pixels(name)[Math.min(255, Math.max(0, index))] ?? 0;
  return `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
}

/** The palette index of a value: 0 only for exactly zero (and what is below). */
export const indexOf = (value: number, top: number): number =>
  value > 0 && top > 0 ? (value >= top ? 255 : 1 + Math.floor((value / top) * 254.999)) : 0;

/** The canvas pixel of a difference: −1 is the most below zero, 1 the most above. */
export const differencePixel = (share: number): number =>
  pixels("difference")[Math.round(127 + 127 * Math.min(1, Math.max(-1, share)))] ?? 0;
