/** The page's engine on one network, in Node: how far each layer is from what ONNX Runtime computed. */
import { readFileSync } from "node:fs";
import { Network } from "../squeezeviz/frontend/src/engine/network.ts";
import type { GraphSpec, Maps, Shape, Weights } from "../squeezeviz/frontend/src/engine/types.ts";
import type { Layer } from "../squeezeviz/frontend/src/protocol.ts";

interface Told {
  layers: Layer[];
  graphSpec: GraphSpec;
  weights: Record<string, { shape: Weights["shape"]; sizes: [number, number] }>;
  input: { name: string; shape: Shape };
}

const folder = process.argv[2];
const told = JSON.parse(readFileSync(`${folder}/told.json`, "utf8")) as Told;
const bytes = readFileSync(`${folder}/numbers`);
let at = bytes.byteOffset;
const next = (size: number): Float32Array<ArrayBuffer> => {
  at += 4 * size;
  return new Float32Array(bytes.buffer.slice(at - 4 * size, at) as ArrayBuffer);
};
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const weights = new Map<string, Weights>();
for (const [name, { shape, sizes }] of Object.entries(told.weights))
  weights.set(name, { shape, kernels: next(sizes[0]), bias: next(sizes[1]) });
const input: Maps = { shape: told.input.shape, values: next(sizeOf(told.input.shape)) };
const expected = new Map(told.layers.map(({ name, shape }) => [name, next(sizeOf(shape))]));

let [worst, layer] = [0, ""];
function compare(name: string, { values }: Maps): void {
  const theirs = expected.get(name) as Float32Array;
  let [largest, apart] = [0, values.length === theirs.length ? 0 : Infinity];
  for (let place = 0; place < theirs.length; place += 1) {
    largest = Math.max(largest, Math.abs(theirs[place] as number));
    apart = Math.max(apart, Math.abs((theirs[place] as number) - (values[place] as number)));
  }
  const share = apart / (largest || 1);
  if (!(share <= worst)) [worst, layer] = [share, name];
}

const { layers, graphSpec } = told;
const last = layers.at(-1)?.name ?? "";
const described = { input: told.input.name, layers, graphSpec, logits: last, weights: (name: string) => weights.get(name) };
const run = (await Network.open(described)).run(input);
for (const { name } of layers) compare(name, run.layer(name));
console.log(JSON.stringify({ worst, layer, seconds: run.ms / 1000 }));
