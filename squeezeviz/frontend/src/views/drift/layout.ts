/** Where the lines, names and marks of the chart stand, in CSS pixels. */
import type { Layer, Network } from "../../store/types.ts";

export const FRAME = { height: 156, left: 34, right: 8, top: 10, base: 122 } as const;

const CHARACTER_PX = 6;
const LEAST = 0.1; // what is hardly anything fills no chart

/** How far each layer is from where it is under something else. */
export interface Drift {
  name: string;
  firstDivergentLayer: string | null;
  /** Layer, relative L2, cosine; null for maps of other sizes. */
  drift: readonly [string, number | null, number | null][];
}

/** Relative L2; or 1 − cosine, of the direction alone. */
export type Measure = "l2" | "cosine";

interface Name {
  text: string;
  x: number;
  y: number;
  align: "start" | "middle" | "end";
}

export interface Chart {
  /** Of one layer. */
  step: number;
  ticks: { y: number; text: string }[];
  /** Where blocks begin. */
  borders: number[];
  names: Name[];
  /** The chosen one last, on top of the others. */
  lines: { name: string; path: string; isChosen: boolean }[];
  /** Where the chosen one diverges. */
  divergence: { x: number; y: number; layer: string } | null;
  /** A layer's strip of the chart: its left edge, and what the chosen line says there. */
  strips: { layer: string; x: number; value: number | null }[];
}

/** @param chosen The line that stands out. */
export function layoutDrift(
  network: Network,
  drifts: readonly Drift[],
  { measure, chosen, width }: { measure: Measure; chosen: string | undefined; width: number },
): Chart {
  const lines = drifts.map((each) => ({ ...each, values: each.drift.map((row) => distanceIn(row, measure)) }));
  const layers = drifts[0]?.drift.map(([layer]) => layer) ?? [];
  const step = (width - FRAME.left - FRAME.right) / Math.max(1, layers.length);
  const most = Math.max(LEAST, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const x = (at: number) => FRAME.left + (at + 0.5) * step;
  const y = (value: number) => FRAME.base - (value / most) * (FRAME.base - FRAME.top);
  const line = lines.find(({ name }) => name === chosen);
  const at = layers.indexOf(line?.firstDivergentLayer ?? "");
  const there = line?.values[at] ?? null;
  return {
    step,
    ticks: [0, most / 2, most].map((tick) => ({ y: y(tick), text: tick ? tick.toFixed(2) : "0" })),
    ...layoutNames(network, layers, step, width),
    lines: lines
      .map(({ name, values }) => ({ name, isChosen: name === chosen, path: pathOf(values, x, y) }))
      .sort((a, b) => Number(a.isChosen) - Number(b.isChosen)),
    divergence: there === null ? null : { x: x(at), y: y(there), layer: layers[at] ?? "" },
    strips: layers.map((layer, index) => ({ layer, x: x(index) - step / 2, value: line?.values[index] ?? null })),
  };
}

function distanceIn([, l2, cosine]: Drift["drift"][number], measure: Measure): number | null {
  return measure === "l2" ? l2 : cosine === null ? null : 1 - cosine;
}

function pathOf(values: (number | null)[], x: (at: number) => number, y: (value: number) => number): string {
  const points = values.flatMap((value, at) => (value === null ? [] : [`${x(at).toFixed(1)} ${y(value).toFixed(1)}`]));
  return points.map((point, at) => `${at ? "L" : "M"}${point}`).join("");
}

/** A name under each part of the network that has room for it; modules have several layers. */
function layoutNames(network: Network, layers: string[], step: number, width: number) {
  const known = new Map(network.layers.map((layer) => [layer.name, layer]));
  const left = (at: number) => FRAME.left + at * step;
  const [names, borders]: [Name[], number[]] = [[], []];
  for (const { from, to, module } of parts(layers, known)) {
    const name = layers[from] ?? "";
    const isLast = name === network.logits;
    if (module) borders.push(left(from));
    if (from === 0) names.push({ text: module ?? name, x: FRAME.left, y: FRAME.base + 27, align: "start" });
    else if (isLast) names.push({ text: name, x: width - FRAME.right, y: FRAME.base + 27, align: "end" });
    else if (module || !known.get(name)?.kind.endsWith("pooling")) {
      const text = fitted(module ?? name, step * (to - from));
      if (text) names.push({ text, x: (left(from) + left(to)) / 2, y: FRAME.base + 15, align: "middle" });
    }
  }
  return { names, borders };
}

/** Layers that follow each other in one module; others each by itself. */
function parts(layers: string[], known: Map<string, Layer>) {
  const made: { from: number; to: number; module: string | null }[] = [];
  layers.forEach((name, at) => {
    const module = known.get(name)?.module ?? null;
    const last = made.at(-1);
    if (last && module && last.module === module) last.to = at + 1;
    else made.push({ from: at, to: at + 1, module });
  });
  return made;
}

/** The whole of it, its number, or nothing. */
function fitted(text: string, room: number): string {
  const fits = (part: string) => part.length * CHARACTER_PX + 4 <= room;
  const number = text.match(/\d+$/)?.[0] ?? "";
  return fits(text) ? text : fits(number) ? number : "";
}
