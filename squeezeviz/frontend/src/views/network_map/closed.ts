/** A unit that is closed: what makes its kind, small. */
import type { Layer } from "../../store/types.ts";
import { counts } from "../../store/units.ts";
import { channelsOf, type Frame, type Hit, type Marks, type Place, type Port } from "./marks.ts";

const [BAR, THIN, GAP] = [5, 2, 5];
const MOST_ARCS = 3;

interface Drawn {
  exit: Port | null;
  hits: Hit[];
}

type Draw = (marks: Marks, place: Place, frame: Frame) => Drawn;

const tallOf = (layer: Layer, { perRoot }: Frame): number => perRoot * Math.sqrt(channelsOf(layer));

export const drawLayer: Draw = (marks, { unit, x, wide, entry }, frame) => {
  const at = unit.form === "softmax" ? x + 8 : x + wide / 2 - 3;
  const width = unit.form === "softmax" ? 1 : 6;
  const { into } = marks.bar(at, frame.middle, [width, tallOf(unit.output, frame)], [unit.output.name]);
  marks.flow(entry, into);
  return { exit: { ...into, x: at + 6 }, hits: [] };
};

/** A line across the flow, which goes on. */
export const drawPooling: Draw = (_marks, { entry }) => ({ exit: entry, hits: [] });

/** The squeeze pinches, and both expands read the whole of it. */
export const drawFire: Draw = (marks, { unit, x, wide, entry }, frame) => {
  const { middle, top, bottom } = frame;
  const [squeeze, ...rest] = unit.layers;
  const [expands, concat] = [rest.slice(0, -1), unit.output];
  if (!squeeze) return { exit: entry, hits: [] };
  const [xs, xe, xc] = [x + wide * 0.12, x + wide * 0.5 - BAR / 2, x + wide * 0.88 - BAR];
  const pinched = marks.bar(xs, middle, [BAR, tallOf(squeeze, frame)], [squeeze.name]);
  marks.flow(entry, pinched.into);
  const talls = expands.map((layer) => tallOf(layer, frame));
  const total = talls.reduce((a, b) => a + b, 0);
  const hits: Hit[] = [{ layer: squeeze, x: xs - 5, y: top, width: BAR + 10, height: bottom - top }];
  let [from, joined] = [middle - (total + GAP * (expands.length - 1)) / 2, middle - total / 2];
  expands.forEach((layer, index) => {
    const tall = talls[index] ?? 0;
    const marked = [layer.name, concat.name];
    const expand = marks.bar(xe, from + tall / 2, [BAR, tall], marked);
    marks.bar(xc, joined + tall / 2 + (index ? 0.2 : -0.2), [BAR, tall - 0.4], marked);
    marks.flow(pinched.out, expand.into);
    marks.flow(expand.out, { x: xc, y: joined + tall / 2, half: tall / 2 });
    const [y, end] = index ? [middle, bottom] : [top, middle];
    hits.push({ layer, x: xe - 6, y, width: BAR + 12, height: end - y });
    from += tall + GAP;
    joined += tall;
  });
  return { exit: { x: xc + BAR, y: middle, half: total / 2 }, hits };
};

export const drawBlock: Draw = (marks, place, frame) => {
  const { fork, layers } = place.unit;
  const join = layers.find(({ name }) => name === fork?.join);
  return join?.kind === "concatenation" ? drawJoined(marks, place, frame) : drawAdded(marks, place, frame);
};

/** The longest branch with its narrowest or widest layer; the others lead past it. */
const drawAdded: Draw = (marks, { unit, x, wide, entry }, frame) => {
  const { middle, top } = frame;
  const branches = [...(unit.fork?.branches ?? [unit.layers.map(nameOf)])].sort((a, b) => b.length - a.length);
  const [main = [], ...others] = branches;
  const waist = waistOf(unit.layers, main, unit.output);
  const end = marks.bar(x + wide * 0.84 - BAR, middle, [BAR, tallOf(unit.output, frame)], [unit.output.name]);
  const at = x + wide * 0.4 - BAR / 2;
  const between = waist && marks.bar(at, middle, [BAR, tallOf(waist, frame)]);
  if (between) {
    marks.flow(entry, between.into);
    marks.flow(between.out, end.into);
  } else marks.flow(entry, end.into);
  if (!entry) return { exit: end.out, hits: [] };
  const highest = Math.max(entry.half, between?.into.half ?? 0, end.into.half);
  others.slice(0, MOST_ARCS).forEach((branch, index) => {
    const y = Math.max(top + 1, middle - highest - 6 - 4 * index);
    const from = x + wide * 0.1;
    marks.edge([from, middle - entry.half], y, [end.into.x + BAR / 2, middle - end.into.half]);
    if (branch.length) marks.bar(at + 1, y, [3, 5]);
  });
  return { exit: end.out, hits: [] };
};

/** Branches below each other, each as tall as what it brings along. */
const drawJoined: Draw = (marks, { unit, x, wide, entry }, frame) => {
  const { middle, top, bottom } = frame;
  const branches = unit.fork?.branches ?? [];
  const lasts = branches.map((names) => unit.layers.filter(({ name }) => names.includes(name)).at(-1) ?? null);
  const brought = lasts.reduce((sum, layer) => sum + (layer ? channelsOf(layer) : 0), 0);
  const count = unit.layers.find(({ name }) => name === unit.fork?.join)?.shape[0] ?? 1;
  const channels = lasts.map((layer) => (layer ? channelsOf(layer) : Math.max(1, count - brought)));
  const total = channels.reduce((a, b) => a + b, 0);
  const gap = Math.min(GAP, 12 / branches.length);
  const natural = channels.map((each) => frame.perRoot * Math.sqrt(each));
  const room = 2 * Math.min(middle - top, bottom - middle) - 2 - gap * (branches.length - 1);
  const squeezed = Math.min(1, room / natural.reduce((a, b) => a + b, 0));
  const end = tallOf(unit.output, frame);
  const [xm, xe] = [x + wide * 0.45 - BAR / 2, x + wide * 0.84 - BAR];
  marks.bar(xe, middle, [BAR, end], [unit.output.name]);
  let from = middle - (squeezed * natural.reduce((a, b) => a + b, 0) + gap * (branches.length - 1)) / 2;
  let joined = middle - end / 2;
  lasts.forEach((layer, index) => {
    const tall = squeezed * (natural[index] ?? 0);
    const y = from + tall / 2;
    const half = (end * (channels[index] ?? 0)) / total / 2;
    const share = { x: xe, y: joined + half, half };
    const [into, out] = [xm, xm + BAR].map((x) => ({ x, y, half: tall / 2 })) as [Port, Port];
    if (layer) marks.bar(xm, y, [BAR, tall]);
    else marks.flow(into, out);
    marks.flow(entry, into);
    marks.flow(out, share);
    from += tall + gap;
    joined += 2 * half;
  });
  return { exit: { x: xe + BAR, y: middle, half: end / 2 }, hits: [] };
};

/** How many channels there are behind each of its members. */
export const drawGroup: Draw = (marks, { unit, x, wide, entry }, frame) => {
  const { members } = unit;
  let before = entry;
  members.forEach(({ output }, index) => {
    const at = x + wide * (0.14 + (0.7 * index) / Math.max(1, members.length - 1));
    const { into, out } = marks.bar(at, frame.middle, [THIN, tallOf(output, frame)], [output.name]);
    marks.flow(before, into);
    before = out;
  });
  return { exit: before, hits: [] };
};

const nameOf = ({ name }: Layer): string => name;

/** The layer within a branch whose channels are the furthest from the block's; null where all have as many. */
function waistOf(layers: Layer[], branch: string[], output: Layer): Layer | null {
  const inner = layers.filter((layer) => layer !== output && branch.includes(layer.name) && counts(layer));
  const far = (layer: Layer) => Math.abs(Math.log(channelsOf(layer) / channelsOf(output)));
  const waist = inner.reduce<Layer | null>((most, layer) => (most && far(most) >= far(layer) ? most : layer), null);
  return waist && far(waist) > 0.1 ? waist : null;
}
