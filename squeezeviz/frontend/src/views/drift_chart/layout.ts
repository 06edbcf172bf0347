/** Where the lines and names of a chart of distances stand, in CSS pixels. */
import type { Network } from "../../store/types.ts";

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
  const most = Math.max(LEAST, ...values.map((value) => value ?? 0));
  return {
    width,
    step,
    most,
    x: (layer) => LEFT + (layer + 0.5) * step,
    y: (value) => BASE - (value / most) * (BASE - TOP),
  };
}

/** A line through what is known. */
export function pathOf({ x, y }: Axes, values: (number | null)[]): string {
  const known = values.flatMap((value, at) => (value === null ? [] : [`${x(at).toFixed(1)} ${y(value).toFixed(1)}`]));
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
  return layers.flatMap((name, at): PartName[] => {
    const layer = network.layers.find((other) => other.name === name);
    const isLast = name === network.logits;
    if (layer?.module ? layer.branch !== "squeeze" : layer?.kind.endsWith("pooling") && !isLast) return [];
    const count = layer?.module ? network.layers.filter(({ module }) => module === layer.module).length : 1;
    const rule = layer?.module ? x(at) - step / 2 : null;
    const text = layer?.module ?? name;
    if (at === 0) return [{ text, x: LEFT, y: BASE + 27, class: "", rule }];
    if (isLast) return [{ text, x: width - RIGHT, y: BASE + 27, class: "sqv-tick-end", rule }];
    const isRoomy = step * count > 6 * text.length || layer?.module;
    const short = step * count < 34 ? text.replace("fire", "") : text;
    const named = {
      text: isRoomy ? short : "",
      x: x(at + (count - 1) / 2),
      y: BASE + 15,
      class: "sqv-tick" as const,
      rule,
    };
    return named.text || rule !== null ? [named] : [];
  });
}
