/** What a figure is drawn of. */
import * as palettes from "../draw/colours.ts";
import type { Cell, Maps } from "../engine/types.ts";
import type { Layer, PhotoMessage, Traits } from "../protocol.ts";
import { amount } from "../ui/format.ts";
import { INK, type Pixels, type Sheet, SMALL } from "./sheet.ts";

export interface Shown {
  photo: Omit<PhotoMessage, "buffers" | "kind" | "id" | "rms_activation" | "times" | "layers">;
  original: Pixels;
  /** As the network gets it. */
  seen: Pixels;
  labels: readonly { label: string }[];
  logits: Float32Array;
  probabilities: ArrayLike<number>;
  layer: Layer;
  maps: Maps;
  channel: number;
  cell: Cell | null;
  /** A class's own map, laid over the photo. */
  classMap: { name: string; label: string; maps: Maps } | null;
  pinned: readonly number[];
  traits: Pick<Traits, "scale" | "palette">;
  /** What made it, in sentences. */
  madeBy: readonly string[];
}

/** On white paper. */
export const coloursOf = (palette: string): Uint8Array => palettes.coloursOf(palette, "light");

/** 0 for exactly zero and what is below; the largest has the last colour. */
export const colourIndex = (value: number, top: number): number =>
  value > 0 && top > 0 ? 1 + Math.min(254, Math.trunc(Math.fround(value / top) * 254.999)) : 0;

export function largest(values: Float32Array, from = 0, to = values.length): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let at = from; at < to; at += 1) most = Math.max(most, values[at] as number);
  return most;
}

/** Of one channel. */
export const sizeOf = ({ shape: [, height, width] }: Maps): number => height * width;

/** Maps of some channels side by side, a pixel a cell, a pixel of paper between them. */
export function gridOf({ maps, traits }: Pick<Shown, "maps" | "traits">, channels: number[], columns: number): Pixels {
  const [, height, width] = maps.shape;
  const across = Math.min(columns, channels.length);
  const rows = Math.ceil(channels.length / across);
  const made = { width: across * (width + 1) - 1, height: rows * (height + 1) - 1 };
  const rgba = new Uint8ClampedArray(4 * made.width * made.height).fill(255);
  const colours = coloursOf(traits.palette);
  const whole = traits.scale === "layer" ? largest(maps.values) : 0;
  channels.forEach((channel, place) => {
    const from = channel * height * width;
    const top = whole || largest(maps.values, from, from + height * width);
    const [y0, x0] = [Math.floor(place / across) * (height + 1), (place % across) * (width + 1)];
    for (let cell = 0; cell < height * width; cell += 1) {
      const colour = 3 * colourIndex(maps.values[from + cell] as number, top);
      const to = 4 * ((y0 + Math.floor(cell / width)) * made.width + x0 + (cell % width));
      rgba.set(colours.subarray(colour, colour + 3), to);
    }
  });
  return { ...made, rgba };
}

export const KEY_MM = 34;

/** "0 | > 0 … own max": zero stands apart, since no value above it ever wears its colour. */
export function key(sheet: Sheet, right: number, top: number, { maps, traits }: Shown): void {
  const [swatch, gap, tall] = [2.6, 1.4, 2.2];
  const colours = coloursOf(traits.palette);
  const left = right - KEY_MM;
  const start = left + swatch + gap;
  const zero = `#${[...colours.subarray(0, 3)].map((each) => each.toString(16).padStart(2, "0")).join("")}`;
  sheet.block({ x: left, y: top, width: swatch, height: tall }, zero, { edge: INK.rule, line: 0.15 });
  const count = colours.length / 3 - 1;
  const rgba = new Uint8ClampedArray(4 * count).fill(255);
  for (let at = 0; at < count; at += 1) rgba.set(colours.subarray(3 * at + 3, 3 * at + 6), 4 * at);
  sheet.picture({ width: count, height: 1, rgba }, { x: start, y: top, width: right - start, height: tall });
  const under = top + tall + 2.5;
  const most = traits.scale === "channel" ? "own max" : amount(largest(maps.values));
  sheet.write(left + swatch / 2, under, "0", SMALL, { colour: INK.quiet, align: "center" });
  sheet.write(start, under, "> 0", SMALL, { colour: INK.quiet });
  sheet.write(right, under, most, SMALL, { colour: INK.quiet, align: "right" });
}

export const shapeWords = (shape: readonly number[]): string => shape.join(" × ");

export function colourWords({ maps, traits }: Shown): string {
  const full = traits.scale === "channel" ? "each channel's own maximum" : "the layer's maximum";
  const most = traits.scale === "channel" ? "" : `, ${amount(largest(maps.values))}`;
  return `Scale: full colour is ${full}${most}; zero has a colour of its own. Palette: ${traits.palette}`;
}
