/** What the architecture diagram is drawn of; all in CSS pixels. */
import type { Layer } from "../../store/types.ts";
import type { Unit } from "../../store/units.ts";

/** A layer's activation: as tall as it has channels. */
export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  /** The choice of any of these layers marks it. */
  marks: string[];
}

export interface Word {
  x: number;
  y: number;
  text: string;
  /** Key of the unit whose name it is; empty for any other word. */
  unit: string;
  isSmall?: boolean;
}

/** What is clicked for one layer within a unit. */
export interface Hit {
  layer: Layer;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where a flow comes out of a bar, or goes into one. */
export interface Port {
  x: number;
  /** Of its middle. */
  y: number;
  half: number;
}

/** Upright places that all units share. */
export interface Frame {
  height: number;
  /** Of the flow. */
  middle: number;
  /** Between these, names above and figures below, there is room for bars and edges. */
  top: number;
  bottom: number;
  /** Baselines. */
  kindY: number;
  nameY: number;
  /** Top edge of what can be clicked. */
  hitY: number;
  /** First of the levels of edges that skip units. */
  skipY: number;
  /** A bar's height for the square root of its channels. */
  perRoot: number;
}

/** One unit in its place. */
export interface Place {
  unit: Unit;
  x: number;
  wide: number;
  /** Where what it reads comes from; null for the network's input. */
  entry: Port | null;
}

export class Marks {
  /** Paths of areas. */
  readonly flows: string[] = [];
  /** Paths of lines. */
  readonly edges: string[] = [];
  readonly bars: Bar[] = [];
  readonly words: Word[] = [];

  /** A flow from one bar to the next. */
  flow(from: Port | null, to: Port): void {
    if (!from) return;
    const [x0, x1, middle] = [from.x, to.x, (from.x + to.x) / 2].map(px) as [string, string, string];
    const [top0, top1] = [px(from.y - from.half), px(to.y - to.half)];
    const [bottom0, bottom1] = [px(from.y + from.half), px(to.y + to.half)];
    const over = `M${x0} ${top0}C${middle} ${top0} ${middle} ${top1} ${x1} ${top1}`;
    this.flows.push(`${over}V${bottom1}C${middle} ${bottom1} ${middle} ${bottom0} ${x0} ${bottom0}z`);
  }

  /** A line that leaves upwards, runs at a height, and comes down again. */
  edge([x0, y0]: [number, number], y: number, [x1, y1]: [number, number]): void {
    const turn = Math.min(6, (x1 - x0) / 2, Math.abs(y0 - y), Math.abs(y1 - y));
    const up = `M${px(x0)} ${px(y0)}V${px(y + turn)}Q${px(x0)} ${px(y)} ${px(x0 + turn)} ${px(y)}`;
    this.edges.push(`${up}H${px(x1 - turn)}Q${px(x1)} ${px(y)} ${px(x1)} ${px(y + turn)}V${px(y1)}`);
  }

  /** @returns Where a flow goes in and comes out. */
  bar(x: number, y: number, size: [number, number], marks: string[] = []): { into: Port; out: Port } {
    const [width, height] = size;
    this.bars.push({ x, y: y - height / 2, width, height, marks });
    return { into: { x, y, half: height / 2 }, out: { x: x + width, y, half: height / 2 } };
  }
}

const px = (value: number): string => value.toFixed(1);

/** How wide a text is, in CSS pixels. */
export type Measure = (text: string, isStrong?: boolean) => number;

/** As much of a name as there is room for: its end tells it from others. */
export function fitted(text: string, room: number, measure: Measure): string {
  if (measure(text, true) <= room) return text;
  const letters = [...text];
  for (let from = 1; from < letters.length; from += 1) {
    const cut = `…${letters.slice(from).join("")}`;
    if (measure(cut, true) <= room) return cut;
  }
  return "";
}

export const channelsOf = ({ shape }: Layer): number => shape[0] ?? 1;

/** How large small words are, for others. */
export const SMALL = 10 / 11;
