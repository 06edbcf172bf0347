/** A unit that is open: its layers, with branches one below the other. */
import type { Layer } from "../../store/types.ts";
import { counts, type Unit } from "../../store/units.ts";
import { channelsOf, type Frame, type Hit, type Marks, type Measure, type Place, type Port, SMALL } from "./marks.ts";

const [QUIET_PX, LEAST_PX, AROUND_PX] = [10, 26, 6];
const [BAR, THIN] = [5, 2];
const SHORTCUT_WEIGHT = 0.4;

interface Node {
  layer: Layer;
  /** From the left edge of the first. */
  x: number;
  wide: number;
  /** Of its branch; null where all paths meet. */
  row: number | null;
  label: string;
  /** How wide what is written of it is. */
  worded: number;
  reads: Layer[];
  readsOutside: boolean;
}

export interface Inside {
  nodes: Node[];
  /** How tall each row is, relative to the others. */
  rows: number[];
  wide: number;
}

/** Where layers stand: each behind all that it reads, what runs side by side in rows of its own. */
export function insideOf(unit: Unit, measure: Measure): Inside {
  const branches = unit.fork?.branches ?? [];
  const branchOf = new Map(branches.flatMap((names, branch) => names.map((name) => [name, branch] as const)));
  const rows = new Rows();
  const known = new Map<string, Node>();
  for (const layer of unit.layers) {
    const reads = layer.inputs.flatMap((name) => known.get(name) ?? []);
    const x = reads.reduce((most, read) => Math.max(most, read.x + read.wide), 0);
    const branch = branchOf.get(layer.name);
    const label = labelOf(layer);
    const worded = Math.max(...[label, `${channelsOf(layer)}`].map((word) => SMALL * measure(word)));
    const wide = counts(layer) ? Math.max(LEAST_PX, worded + 8) : QUIET_PX;
    const names = reads.map((read) => read.layer.name);
    known.set(layer.name, {
      ...{ layer, x, wide, label, worded },
      row: branch === undefined ? null : rows.take(branch, layer.name, { from: x, to: x + wide }, names),
      reads: reads.map((read) => read.layer),
      readsOutside: layer.inputs.length > reads.length,
    });
  }
  const shortcuts = branches.filter((names) => !names.length).map(() => SHORTCUT_WEIGHT);
  const places = rows.inOrder();
  const nodes = [...known.values()].map((node) => {
    const row = node.row === null ? null : shortcuts.length + places.indexOf(node.row);
    return { ...node, row };
  });
  const wide = Math.max(...nodes.map((node) => node.x + node.wide)) + 2 * AROUND_PX;
  return { nodes, rows: [...shortcuts, ...places.map(() => 1)], wide };
}

/** What people write on it. */
function labelOf(layer: Layer): string {
  const { kind, kernel } = layer;
  if (!counts(layer)) return "";
  if (kind === "convolution" && kernel) return `${kernel[0]}×${kernel[1]}`;
  const short: Record<string, string> = {
    "fully connected": "fc",
    concatenation: "concat",
    addition: "+",
    multiplication: "×",
    "global average pooling": "mean",
  };
  return short[kind] ?? (kind.endsWith("pooling") ? "pool" : kind);
}

/** Rows of branches: a branch has more than one where it forks itself. */
class Rows {
  readonly #rows: { branch: number; last: string; to: number }[] = [];

  /** @returns The row's number, in the order in which they were made. */
  take(branch: number, name: string, { from, to }: { from: number; to: number }, reads: string[]): number {
    const free = this.#rows.filter((row) => row.branch === branch && row.to <= from);
    const row = free.find(({ last }) => reads.includes(last)) ?? free[0] ?? { branch, last: name, to };
    if (!this.#rows.includes(row)) this.#rows.push(row);
    Object.assign(row, { last: name, to });
    return this.#rows.indexOf(row);
  }

  /** Their numbers, branch by branch. */
  inOrder(): number[] {
    return this.#rows.map((_, at) => at).sort((a, b) => this.#of(a) - this.#of(b) || a - b);
  }

  #of(row: number): number {
    return this.#rows[row]?.branch ?? 0;
  }
}

/** @returns Where its output comes out, and what can be clicked. */
export function drawOpen(marks: Marks, place: Place, frame: Frame, inside: Inside): { exit: Port; hits: Hit[] } {
  const { unit, x, wide, entry } = place;
  const rows = rowsIn(frame, inside.rows);
  const perRoot = scaleIn(frame, inside, rows);
  const stretch = wide / inside.wide;
  const [ports, hits] = [new Map<string, { into: Port; out: Port }>(), [] as Hit[]];
  for (const node of inside.nodes) {
    const { layer } = node;
    const { top, height } = node.row === null ? rows.all : (rows.each[node.row] ?? rows.all);
    const width = counts(layer) ? BAR : THIN;
    const middle = x + (AROUND_PX + node.x + node.wide / 2) * stretch;
    const [y, tall] = [top + height / 2 + shiftOf(height), perRoot * Math.sqrt(channelsOf(layer))];
    ports.set(layer.name, marks.bar(middle - width / 2, y, [width, tall], [layer.name]));
    hits.push({ layer, x: middle - (node.wide * stretch) / 2, y: top, width: node.wide * stretch, height });
    if (!node.label || node.worded > node.wide * stretch - 2) continue;
    const word = { x: middle, unit: "", isSmall: true };
    if (height >= 20) marks.words.push({ ...word, y: Math.max(top + 8, y - tall / 2 - 3), text: node.label });
    if (height >= 44) marks.words.push({ ...word, y: y + tall / 2 + 10, text: `${channelsOf(layer)}` });
  }
  const joined = joinedOf(unit, inside, ports);
  for (const node of inside.nodes) {
    const { into } = ports.get(node.layer.name) as { into: Port };
    const isJoin = node.layer.name === unit.fork?.join;
    for (const read of node.reads)
      marks.flow(ports.get(read.name)?.out ?? null, (isJoin && joined.get(read.name)) || into);
    if (!node.readsOutside || !entry) continue;
    const shortcut = rows.each[0];
    const isShortcut = isJoin && inside.rows[0] === SHORTCUT_WEIGHT && shortcut;
    if (!isShortcut) marks.flow(entry, into);
    else drawShortcut(marks, { entry, into, share: joined.get(""), y: shortcut.top + shortcut.height / 2, left: x });
  }
  return { exit: (ports.get(unit.output.name) as { out: Port }).out, hits };
}

interface Shortcut {
  entry: Port;
  into: Port;
  /** Its part of the join, where that concatenates. */
  share: Port | undefined;
  y: number;
  left: number;
}

function drawShortcut(marks: Marks, { entry, into, share, y, left }: Shortcut): void {
  const from = Math.max(entry.x, left);
  if (!share) return marks.edge([from + 2, entry.y - entry.half], y, [into.x + BAR / 2, into.y - into.half]);
  const half = Math.min(share.half, 4);
  const [first, last] = [
    { x: from + 14, y, half },
    { x: into.x - 14, y, half },
  ];
  marks.flow(entry, first);
  marks.flow(first, last);
  marks.flow(last, share);
}

/** Rows from top to bottom, around the middle of the flow; and the height of all of them. */
function rowsIn({ middle, top, bottom }: Frame, weights: number[]) {
  const half = Math.min(middle - top, bottom - middle);
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  let from = middle - half;
  const each = weights.map((weight) => {
    const row = { top: from, height: (2 * half * weight) / total };
    from += row.height;
    return row;
  });
  return { each, all: { top: middle - half, height: 2 * half } };
}

/** A name over the bar moves it down. */
const shiftOf = (height: number): number => (height >= 20 && height < 44 ? 5 : 0);
const roomIn = (height: number): number => (height >= 44 ? height - 24 : height >= 20 ? height - 11 : height - 2);

/** One scale for all bars of the unit, the page's where there is room. */
function scaleIn(frame: Frame, inside: Inside, { each, all }: ReturnType<typeof rowsIn>): number {
  const scales = inside.nodes.map(({ layer, row }) => {
    const { height } = row === null ? all : (each[row] ?? all);
    return Math.max(2, roomIn(height)) / Math.sqrt(channelsOf(layer));
  });
  return Math.min(frame.perRoot, ...scales);
}

/** Of a join that concatenates: which part of it each branch fills, by the branch's last layer; "" for the shortcut. */
function joinedOf(unit: Unit, { nodes }: Inside, ports: Map<string, { into: Port }>): Map<string, Port> {
  const shares = new Map<string, Port>();
  const join = nodes.find(({ layer }) => layer.name === unit.fork?.join);
  if (join?.layer.kind !== "concatenation") return shares;
  const { into } = ports.get(join.layer.name) as { into: Port };
  const parts = nodes
    .filter(({ layer }) => join.reads.includes(layer))
    .sort((a, b) => (a.row ?? 0) - (b.row ?? 0))
    .map(({ layer }) => ({ name: layer.name, channels: channelsOf(layer) }));
  const rest = channelsOf(join.layer) - parts.reduce((sum, { channels }) => sum + channels, 0);
  if (rest < 0) return shares;
  if (rest) parts.unshift({ name: "", channels: rest });
  let top = into.y - into.half;
  for (const { name, channels } of parts) {
    const half = (into.half * channels) / channelsOf(join.layer);
    shares.set(name, { x: into.x, y: top + half, half });
    top += 2 * half;
  }
  return shares;
}
