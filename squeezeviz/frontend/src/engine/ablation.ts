/** Channels replaced by zero or their mean, as ../../../evidence/ablation.py does it, at the same layers. */
import type { Layer } from "../protocol.ts";
import { functions } from "./ops/functions.ts";
import { sizeOf } from "./places.ts";
import type { GraphSpec, Maps, Step } from "./types.ts";

export interface Ablation {
  /** Layer → the channels that are ablated. */
  channels: ReadonlyMap<string, readonly number[]>;
  fill: "zero" | "mean";
}

interface Network {
  layers: readonly Layer[];
  graphSpec: GraphSpec;
  logits: string;
}

const WEIGHTED = ["Conv", "Gemm", "MatMul"];

/**
 * A layer and those that follow it up to its activation, each of which alone reads the one before: what
 * evidence/after_activation.py says. All of them are filled, once the last is computed.
 */
export function untilActivation({ layers, graphSpec, logits }: Network, name: string): string[] {
  const chain = [name];
  const stepOf = (layer: Layer) => graphSpec[layer.name] as Step;
  let layer = layers.find((other) => other.name === name) as Layer;
  if (![...WEIGHTED, "BatchNormalization"].includes(stepOf(layer).op)) return chain;
  while (layer.pre_relu === null && layer.name !== logits) {
    const { following, isActivation } = followingOf(layer, layers, stepOf);
    const last = following.at(-1);
    if (last?.shape.join() !== layer.shape.join()) break;
    chain.push(...following.map((each) => each.name));
    layer = last;
    if (isActivation) break;
  }
  return chain;
}

/** What is done to a layer's channels alone, in one step, and whether it is an activation function. */
function followingOf(layer: Layer, layers: readonly Layer[], stepOf: (layer: Layer) => Step) {
  const readersOf = ({ name }: Layer) => layers.filter(({ inputs }) => inputs.includes(name));
  const readers = readersOf(layer);
  const [first, second] = readers as [Layer, Layer];
  if (readers.length === 1) {
    const isActivation = isFunction(stepOf(first));
    return { following: isActivation || isOwn(first, stepOf(first)) ? [first] : [], isActivation };
  }
  if (readers.length === 2) {
    const isGated = isFunction(stepOf(first)) && stepOf(second).op === "Mul";
    const isAlone =
      readersOf(first)
        .map(({ name }) => name)
        .join() === second.name;
    const isOfItself = [...second.inputs].sort().join() === [layer.name, first.name].sort().join();
    if (isGated && isAlone && isOfItself) return { following: [first, second], isActivation: true };
  }
  return { following: [], isActivation: false };
}

const isFunction = ({ op }: Step): boolean => op in functions || op === "PRelu";

/** Whether each channel is made of itself alone, with a factor or an offset of its own. */
function isOwn({ inputs }: Layer, { op, shapes = [], shape = [], moving = [] }: Step): boolean {
  if (op === "BatchNormalization") return true;
  if (!["Sum", "Mul", "Div"].includes(op) || inputs.length !== 1 || moving.length !== 1 || shapes.length !== 2)
    return false;
  const own = moving[0] as number;
  if (op === "Div" && own !== 0) return false;
  const held = shapes[1 - own] as number[];
  const full = [...new Array<number>(shape.length - held.length).fill(1), ...held];
  const isOfChannels = full.every((size, axis) => size === 1 || (axis === 1 && size === shape[1]));
  return isOfChannels && shapes[own]?.join() === shape.join();
}

/** In place; whether anything has changed. A mean is summed in double precision. */
export function ablate({ shape, values }: Maps, channels: readonly number[], fill: Ablation["fill"]): boolean {
  const cells = sizeOf(shape.slice(1));
  let isChanged = false;
  for (const channel of channels) {
    const map = values.subarray(channel * cells, (channel + 1) * cells);
    const value = fill === "zero" ? 0 : Math.fround(map.reduce((a, b) => a + b, 0) / cells);
    isChanged ||= map.some((number) => number !== value);
    map.fill(value);
  }
  return isChanged;
}
