/** What of a network is drawn as one: blocks, groups of them, and the layers that run plainly in between. */
import type { Block } from "../protocol.ts";
import type { Layer, Network } from "./types.ts";

/** What stands in the architecture diagram, from left to right. */
export interface Unit {
  form: "layer" | "pooling" | "softmax" | "fire" | "block" | "group";
  /** Tells it from all others. */
  key: string;
  /** Its block's; or that of the layer that counts. */
  name: string;
  /** What people call such a block; empty for layers that run plainly. */
  kind: string;
  /** In execution order. */
  layers: Layer[];
  /** The one that others read. */
  output: Layer;
  /** Null where nothing forks. */
  fork: Pick<Block, "branches" | "join"> | null;
  /** What a group is of; else empty. */
  members: Unit[];
  /** Names of the layers, or the network's input, that it reads. */
  reads: string[];
}

/** Those of a network, groups as one. */
export function unitsOf(network: Network): Unit[] {
  const known = new Map(network.layers.map((layer) => [layer.name, layer]));
  const outputs = new Map(network.blocks.map(({ name, output }) => [name, output]));
  const units = network.blocks.flatMap((block) => {
    const layers = block.layers.flatMap((name) => known.get(name) ?? []);
    const reads = block.inputs.map((name) => outputs.get(name) ?? name);
    if (!layers.length) return [];
    const made = block.kind === "plain" ? plainly(layers, reads) : [blockUnit(block, layers, reads)];
    return made.map((unit) => ({ unit, group: block.group }));
  });
  return grouped(units);
}

function blockUnit(block: Block, layers: Layer[], reads: string[]): Unit {
  const forks = block.branches.length > 0;
  const isBare = layers.length === 4 && block.branches.every((branch) => branch.length === 1);
  return {
    form: block.kind === "fire" && isBare ? "fire" : "block",
    key: block.layers[0] ?? block.name,
    name: block.name,
    kind: block.kind,
    layers,
    output: layers.at(-1) as Layer,
    fork: forks ? block : null,
    members: [],
    reads,
  };
}

/** Dense layers in a row stand as one until it is opened. */
function grouped(units: { unit: Unit; group: string | null }[]): Unit[] {
  const rows: { group: string | null; members: Unit[] }[] = [];
  for (const { unit, group } of units) {
    const last = rows.at(-1);
    if (group && last?.group === group) last.members.push(unit);
    else rows.push({ group, members: [unit] });
  }
  return rows.flatMap(({ group, members }) => (group && members.length > 1 ? [groupUnit(group, members)] : members));
}

function groupUnit(name: string, members: Unit[]): Unit {
  const layers = members.flatMap((member) => member.layers);
  const own = new Set(layers.map((layer) => layer.name));
  const output = layers.at(-1) as Layer;
  const reads = [...new Set(members.flatMap((member) => member.reads))].filter((read) => !own.has(read));
  return {
    form: "group",
    key: `group of ${layers[0]?.name}`,
    name,
    kind: "dense block",
    layers,
    output,
    fork: null,
    members,
    reads,
  };
}

// Layers that run plainly ----------------------------------------------------------------------------------------------

/** Whether people draw it by itself; what it is not goes with the convolution before it, or the next one. */
export function counts({ kind, inputs }: Layer): boolean {
  return /conv|pool|softmax|fully connected|matmul|concatenation/i.test(kind) || inputs.length > 1;
}

const standsAlone = ({ kind }: Layer): boolean => kind.endsWith("pooling") || kind.endsWith("softmax");

/** @param outside What is read of other blocks. */
function plainly(layers: Layer[], outside: string[]): Unit[] {
  const parts: Layer[][] = [];
  let isOpen = false;
  for (const layer of layers) {
    const last = parts.at(-1);
    const isTaken = isOpen && last && !standsAlone(layer) && !(counts(layer) && last.some(counts));
    if (isTaken) last.push(layer);
    else parts.push([layer]);
    isOpen = !standsAlone(layer);
  }
  const inBlock = new Set(layers.map(({ name }) => name));
  return parts.map((part) => {
    const own = new Set(part.map(({ name }) => name));
    const inputs = part.flatMap((layer) => layer.inputs).filter((name) => !own.has(name));
    const inside = inputs.filter((name) => inBlock.has(name));
    return plainUnit(part, [...new Set([...inside, ...(inside.length < inputs.length ? outside : [])])]);
  });
}

function plainUnit(layers: Layer[], reads: string[]): Unit {
  const output = layers.at(-1) as Layer;
  const { kind, name } = layers.find(counts) ?? output;
  const form = kind.endsWith("pooling") ? "pooling" : kind.endsWith("softmax") ? "softmax" : "layer";
  return { form, key: layers[0]?.name ?? name, name, kind: "", layers, output, fork: null, members: [], reads };
}

// What is open ---------------------------------------------------------------------------------------------------------

export const holds = (unit: Unit, layer: string): boolean => unit.layers.some(({ name }) => name === layer);

/** Whether there is more in it than is drawn while it is closed. */
export const opens = ({ form, layers }: Unit): boolean => form !== "fire" && layers.length > 1;

/**
 * Whether what is in it is on show: it has been opened, or what is chosen lies within.
 *
 * @param chosen Name of the chosen layer.
 * @param opened Key of the unit that was opened last.
 */
export function isOpen(unit: Unit, chosen: string, opened: string): boolean {
  if (!opens(unit) || !holds(unit, chosen)) return false;
  return chosen !== unit.output.name || [unit, ...unit.members].some(({ key }) => key === opened);
}
