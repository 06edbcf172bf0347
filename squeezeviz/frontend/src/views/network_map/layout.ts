/** Where everything of the architecture diagram stands. */
import { opens, type Unit } from "../../store/units.ts";
import { type Band, bandsOf, type Standing } from "./bands.ts";
import { drawBlock, drawFire, drawGroup, drawLayer, drawPooling } from "./closed.ts";
import { edgesOf, type Skip } from "./edges.ts";
import {
  channelsOf,
  type Frame,
  fitted,
  type Hit,
  Marks,
  type Measure,
  type Place,
  type Port,
  SMALL,
  type Word,
} from "./marks.ts";
import { namesOf } from "./names.ts";
import { drawOpen, type Inside, insideOf } from "./open.ts";
import { sum, widthsOf } from "./widths.ts";

const [HEIGHT, MIDDLE, TOP, FOOT] = [120, 58, 32, 28];
const [KIND_PX, SKIP_PX, ROW_PX, MOST_ROWS_PX] = [13, 8, 28, 160];
const [PER_ROOT, MOST_PER_ROOT, TALLEST] = [1.5, 4, 49.8];
const MARGIN = 4;

/** What is to be laid out. */
export interface Asked {
  /** Of all units: see `frameOf`. */
  frame: Frame;
  /** Units on show. */
  standing: Unit[];
  /** Groups that are open, whose members stand there. */
  groups: Unit[];
  /** Keys of units that are open. */
  open: ReadonlySet<string>;
  /** Of the place that there is, in CSS pixels. */
  width: number;
  /** How wide units are: 1 as they are by themselves. */
  zoom: number;
  /** How narrow a unit may be. */
  narrowest?: number;
  measure: Measure;
}

/** One unit, to be chosen. */
export interface Stop {
  unit: Unit;
  x: number;
  width: number;
  isOpen: boolean;
  /** Its layers, where they can be chosen here. */
  hits: Hit[];
}

/** How strongly a unit activates: a line of a length, in parts. */
export interface StrengthLine {
  x: number;
  width: number;
  unit: Unit;
  /** The layers that share it, and what colours them. */
  parts: { layer: string; look: string }[];
}

export interface Layout {
  frame: Frame;
  /** Of all of it; more than asked for where it scrolls. */
  width: number;
  /** What shows all of it at once. */
  leastZoom: number;
  marks: Marks;
  bands: Band[];
  stops: Stop[];
  strengths: StrengthLine[];
  /** Lines across the flow. */
  cuts: { x: number; layer: string }[];
  /** Where the answer stands: its bar's left edge. */
  answers: number[];
}

export function layoutNetwork(asked: Asked): Layout {
  const { frame, standing, groups, open, measure, zoom } = asked;
  const insides = new Map(standing.filter(({ key }) => open.has(key)).map((unit) => [unit, insideOf(unit, measure)]));
  const named = standing.map((unit) => ({ unit, group: groups.find(({ members }) => members.includes(unit)) ?? null }));
  const room = asked.width - 2 * MARGIN;
  const natural = widthsOf(named, room, insides, measure, asked.narrowest);
  const names = namesOf(named);
  const edges = edgesOf(standing);
  const marks = new Marks();
  const [stops, placed] = [[] as Stop[], [] as Standing[]];
  const exits = new Map<string, Port | null>();
  let x = MARGIN;
  named.forEach(({ unit, group }, index) => {
    const wide = zoom * (natural[index] ?? 0);
    const { isNext, skips, source } = edges[index] ?? { isNext: false, skips: [], source: null };
    const before = standing[index - 1];
    const entry = isNext && before ? (exits.get(before.key) ?? null) : source && anchor(source, x, frame);
    const inside = insides.get(unit);
    const { exit, hits } = draw(marks, { unit, x, wide, entry }, frame, inside);
    exits.set(unit.key, exit);
    skip(marks, skips, exits, { x: x + 4, y: frame.middle - (entry?.half ?? 0) }, frame);
    placed.push({ unit, group, x, wide });
    stops.push({ unit, x, width: wide, isOpen: Boolean(inside), hits });
    marks.words.push(...wordsOf({ unit, x, wide, name: names[index] ?? "" }, frame, measure));
    x += wide;
  });
  const cuts = stops.filter(({ unit }) => unit.form === "pooling");
  const ends = stops.filter(({ unit }) => unit.form === "softmax");
  return {
    ...{ frame, marks, stops },
    width: Math.max(asked.width, x + MARGIN),
    leastZoom: sum(natural) > room + 0.5 ? room / sum(natural) : 1,
    bands: bandsOf(placed, frame, measure),
    strengths: stops.flatMap(strengthOf),
    cuts: cuts.map((stop) => ({ x: stop.x + stop.width / 2, layer: stop.unit.output.name })),
    answers: ends.map((stop) => stop.x + 8),
  };
}

/**
 * What is upright: the same whatever is open.
 *
 * @param units All, every group as one.
 */
export function frameOf(units: Unit[], measure: Measure): Frame {
  const all = units.flatMap((unit) => [unit, ...unit.members]);
  const hasKinds = all.some(({ form }) => form === "block" || form === "group");
  const hasFires = all.some(({ form }) => form === "fire"); // a join is as tall as both of its expands
  const most = Math.max(1, ...all.flatMap((unit) => unit.layers.map(channelsOf)));
  const rows = all.filter(opens).map((unit) => insideOf(unit, measure).rows.reduce((sum, weight) => sum + weight, 0));
  const levels = Math.max(0, ...edgesOf(units).flatMap(({ skips }) => skips.map(({ level }) => level + 1)));
  const above = (hasKinds ? KIND_PX : 0) + SKIP_PX * levels;
  const room = Math.min(MOST_ROWS_PX, Math.max(0, ROW_PX * Math.max(0, ...rows) - 2 * (MIDDLE - TOP)));
  const height = HEIGHT + above + room;
  const names = hasKinds ? KIND_PX : 0;
  return {
    height,
    middle: MIDDLE + above + room / 2,
    top: TOP + above,
    bottom: height - FOOT,
    kindY: 22,
    nameY: 27 + names,
    hitY: 14 + names,
    skipY: 35 + names,
    perRoot: Math.min(hasFires ? PER_ROOT : MOST_PER_ROOT, TALLEST / Math.sqrt(most)),
  };
}

function draw(marks: Marks, place: Place, frame: Frame, inside: Inside | undefined) {
  if (inside) return drawOpen(marks, place, frame, inside);
  const drawn = { layer: drawLayer, softmax: drawLayer, pooling: drawPooling, fire: drawFire, block: drawBlock };
  return { ...drawn, group: drawGroup }[place.unit.form](marks, place, frame);
}

/** Where a flow begins whose source does not stand beside it. */
const anchor = (source: Unit, x: number, { middle, perRoot }: Frame): Port => ({
  x: x + 4,
  y: middle,
  half: (perRoot * Math.sqrt(channelsOf(source.output))) / 2,
});

function skip(
  marks: Marks,
  skips: Skip[],
  exits: Map<string, Port | null>,
  to: { x: number; y: number },
  frame: Frame,
) {
  for (const { source, level } of skips) {
    const from = exits.get(source.key);
    if (from) marks.edge([from.x + 3, from.y - from.half], frame.skipY + SKIP_PX * level, [to.x, to.y]);
  }
}

/** Its name, and below it its channels. */
function wordsOf({ unit, x, wide, name }: Omit<Place, "entry"> & { name: string }, frame: Frame, measure: Measure) {
  const count = unit.form === "pooling" ? "" : `${channelsOf(unit.output)}`;
  const [middle, room] = [x + wide / 2, wide - 2];
  const isSmall = measure(count) > room;
  const below = {
    x: middle,
    y: frame.height - 16,
    text: measure(count) * SMALL <= room ? count : "",
    unit: "",
    isSmall,
  };
  const words: Word[] = [{ x: middle, y: frame.nameY, text: fitted(name, room, measure), unit: unit.key }, below];
  return words.filter(({ text }) => text);
}

function strengthOf({ unit, x, width }: Stop): StrengthLine[] {
  if (unit.form === "pooling" || unit.form === "softmax") return [];
  const { output } = unit;
  if (unit.form !== "fire") {
    const around = unit.form === "layer" ? 4 : 6;
    const parts = [{ layer: output.name, look: "sqv-rms-0" }];
    return [{ unit, x: x + around, width: Math.max(0, width - 2 * around), parts }];
  }
  const looks = ["sqv-rms-1", "sqv-rms-3"];
  const parts = output.inputs.map((layer, index) => ({ layer, look: looks[index] ?? "sqv-rms-3" }));
  return [{ unit, x: x + 6, width: Math.max(0, width - 12), parts }];
}
