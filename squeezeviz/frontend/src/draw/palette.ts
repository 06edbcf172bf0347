/** The colours of activations, for the theme that the page has now. */
import tables from "../palettes.json" with { type: "json" };
import { theme } from "./theme.ts";

export type PaletteName = keyof typeof tables;

/** For activations; `difference` is not one of them. */
export const PALETTES = (Object.keys(tables) as PaletteName[]).filter((name) => name !== "difference");

const made = new Map<string, Uint32Array>();

/** 256 colours as canvas pixels (little-endian RGBA); index 0 stands for exactly zero. */
export function pixels(name: string): Uint32Array {
  const key = `${name} ${theme()}`;
  const known = made.get(key);
  if (known) return known;
  const hex = tables[name as PaletteName][theme()];
  const table = new Uint32Array(hex.length / 6);
  for (let index = 0; index < table.length; index += 1) {
    const rgb = Number.parseInt(hex.slice(6 * index, 6 * index + 6), 16);
    table[index] = 0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16);
  }
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
