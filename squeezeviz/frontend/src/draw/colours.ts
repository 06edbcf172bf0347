/** The palettes, as Python has them. */
import tables from "../palettes.json" with { type: "json" };

export type PaletteName = keyof typeof tables;

export const palettes = Object.keys(tables) as PaletteName[];

/** Every colour of a palette, red, green, blue; the first stands for exactly zero. Of one that is unknown, the first's. */
export function coloursOf(palette: string, theme: "light" | "dark"): Uint8Array {
  const text = (tables[palette as PaletteName] ?? tables.ember)[theme];
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
