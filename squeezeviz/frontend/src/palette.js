/** The colours of activations, for the theme that the page has now. */
import { theme } from "./draw/theme.ts";
import tables from "./palettes.json" with { type: "json" };

/** @typedef {keyof typeof tables} PaletteName */

/** For activations; `difference` is not one of them. */
export const PALETTES = /** @type {PaletteName[]} */ (Object.keys(tables).filter((name) => name !== "difference"));

export { theme };

/** @type {Map<string, Uint32Array>} */
const made = new Map();

/**
 * 256 colours as canvas pixels (little-endian RGBA); index 0 stands for exactly zero.
 * @param {string} name
 * @returns {Uint32Array}
 */
export function pixels(name) {
  const key = `${name} ${theme()}`;
  const known = made.get(key);
  if (known) return known;
  const hex = tables[/** @type {PaletteName} */ (name)][theme()];
  const table = new Uint32Array(hex.length / 6);
  for (let index = 0; index < table.length; index += 1) {
    const rgb = parseInt(hex.slice(6 * index, 6 * index + 6), 16);
    table[index] = 0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16);
  }
  made.set(key, table);
  return table;
}

/** @param {string} name @param {number} index */
export function colour(name, index) {
  const pixel = pixels(name)[Math.min(255, Math.max(0, index))] ?? 0;
  return `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
}

/** The palette index of a value: 0 only for exactly zero (and what is below). @param {number} value @param {number} top */
export const indexOf = (value, top) => (value > 0 && top > 0 ? 1 + Math.min(254, Math.floor((value / top) * 254.999)) : 0);

/** The canvas pixel of a difference: −1 is the most below zero, 1 the most above. @param {number} share */
export const differencePixel = (share) => pixels("difference")[Math.round(127 + 127 * Math.min(1, Math.max(-1, share)))] ?? 0;
