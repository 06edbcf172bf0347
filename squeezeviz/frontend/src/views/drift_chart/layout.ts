/** Where the lines and names of a chart of distances stand, in CSS pixels. */
import type { Layer, Network } from "../../store/types.ts";

export const [HEIGHT, LEFT, RIGHT, TOP, BASE] = [156, 34, 8, 10, 122];
const LEAST = 0.1; // what is nearer than that is near: noise does not fill the chart

export interface Drift {
  name: string;
  firstDivergentLayer: string | null;
  /** Layer, relative L2 and cosine; null where maps are of different sizes. */
  drift: [string, number | null, number | null][];
}

export type Measure = "l2" | "cosine";

/** Of each layer. */
export function distances({ drift }: Drift, measure: Measure): (number | null)[] {
  return drift.map(([, l2, cosine]) => (measure === "l2" ? l2 : cosine === null ? null : 1 - cosine));
}

export interface Axes {
  width: number;
  /** From one layer to the next. */
  step: number;
  /** What the upper edge stands for. */
  most: number;
  x: (layer: number) => number;
  y: (value: number) => number;
}

export function axesOf(width: number, layers: number, values: (number | null)[]): Axes {
  const step = (width - LEFT - RIGHT) / layers;
  const most = Math.max(LEAST, ...values.filter(isDrawn));
  return {
    width,
    step,
    most,
    x: (layer) => LEFT + (layer + 0.5) * step,
    y: (value) => BASE - (value / most) * (BASE - TOP),
  };
}

/** Known, and a number: where a network's numbers overflow, their distance is none. */
export const isDrawn = (value: number | null): value is number => value !== null && Number.isFinite(value);

/** A line through what is known. */
export function pathOf({ x, y }: Axes, values: (number | null)[]): string {
  const known = values.flatMap((value, at) => (isDrawn(value) ? [`${x(at).toFixed(1)} ${y(value).toFixed(1)}`] : []));
  return known.map((point, at) => `${at ? "L" : "M"}${point}`).join("");
}

/** A name under a part of the network; modules have several layers. */
export interface PartName {
  text: string;
  x: number;
  y: number;
  class: "sqv-tick" | "sqv-tick-end" | "";
  /** Where a module begins. */
  rule: number | null;
}

export function partNames({ x, step, width }: Axes, layers: string[], network: Network): PartName[] {
  const known = new Map(network.layers.map((layer) => [layer.name, layer]));
  const left = (at: number) => x(at) - step / 2;
  return partsOf(layers, known).flatMap(({ from, to, module }): PartName[] => {
    const name = layers[from] ?? "";
    const isLast = name === network.logits;
    if (!module && !isLast && known.get(name)?.kind.endsWith("pooling")) return [];
    const rule = module ? left(from) : null;
    if (from === 0) return [{ text: module ?? name, x: LEFT, y: BASE + 27, class: "", rule }];
    if (isLast) return [{ text: name, x: width - RIGHT, y: BASE + 27, class: "sqv-tick-end", rule }];
    const text = fitted(module ?? name, step * (to - from));
    const middle = (left(from) + left(to)) / 2;
    return text || module ? [{ text, x: middle, y: BASE + 15, class: "sqv-tick", rule }] : [];
  });
}

/** Layers of one module that follow each other; any other layer by itself. */
function partsOf(layers: string[], known: Map<string, Layer>) {
  const parts: { from: number; to: number; module: string | null }[] = [];
  layers.forEach((name, at) => {
    const module = known.get(name)?.module ?? null;
    const last = parts.at(-1);
    if (last && module && last.module === module) last.to = at + 1;
    else parts.push({ from: at, to: at + 1, module });
  });
  return parts;
}

const CHARACTER_PX = 6;

/** The whole name where there is room; else its number; else nothing, rather than one name over another. */
function fitted(text: string, room: number): string {
  const fits = (part: string) => CHARACTER_PX * part.length + 4 <= room;
  const number = text.match(/\d+$/)?.[0] ?? "";
  return fits(text) ? text : fits(number) ? number : "";
}
