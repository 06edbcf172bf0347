/** A network and what ONNX Runtime computed of one image, as engine_network.py writes them. */
import type { Described } from "../squeezeviz/frontend/src/engine/network.ts";
import type { GraphSpec, Maps, Shape, Values, Weights } from "../squeezeviz/frontend/src/engine/types.ts";
import type { Layer } from "../squeezeviz/frontend/src/protocol.ts";

export interface Told {
  layers: Layer[];
  graphSpec: GraphSpec;
  weights: Record<string, { shape: Weights["shape"]; sizes: [number, number] }>;
  input: { name: string; shape: Shape };
  logits: string;
}

export interface Read {
  described: Described;
  input: Maps;
  /** Every layer's values, by ONNX Runtime. */
  expected: ReadonlyMap<string, Values>;
}

export function read(told: Told, numbers: ArrayBuffer): Read {
  let at = 0;
  const next = (size: number): Values => {
    at += 4 * size;
    return new Float32Array(numbers.slice(at - 4 * size, at));
  };
  const weights = new Map<string, Weights>();
  for (const [name, { shape, sizes }] of Object.entries(told.weights))
    weights.set(name, { shape, kernels: next(sizes[0]), bias: next(sizes[1]) });
  const input: Maps = { shape: told.input.shape, values: next(sizeOf(told.input.shape)) };
  const expected = new Map(told.layers.map(({ name, shape }) => [name, next(sizeOf(shape))]));
  const { layers, graphSpec, logits } = told;
  const described = { input: told.input.name, layers, graphSpec, logits, weights: (name: string) => weights.get(name) };
  return { described, input, expected };
}

/** The layer that is farthest from what is expected, of its largest value. */
export function farthest(maps: (layer: string) => Maps, expected: ReadonlyMap<string, Values>): [string, number] {
  let [layer, worst] = ["", 0];
  for (const [name, theirs] of expected) {
    const { values } = maps(name);
    let [largest, apart] = [0, values.length === theirs.length ? 0 : Infinity];
    for (let place = 0; place < theirs.length; place += 1) {
      largest = Math.max(largest, Math.abs(theirs[place] as number));
      apart = Math.max(apart, Math.abs((theirs[place] as number) - (values[place] as number)));
    }
    const share = apart / (largest || 1);
    if (!(share <= worst)) [layer, worst] = [name, share];
  }
  return [layer, worst];
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
