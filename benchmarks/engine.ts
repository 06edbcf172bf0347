/** The page's engine beside ONNX Runtime Web, in one page: for engine.py, which serves both. */
import { RELAXED, SIMD } from "../squeezeviz/frontend/src/engine/kernels/compiled.ts";
import { available } from "../squeezeviz/frontend/src/engine/kernels/kernels.ts";
import { Network } from "../squeezeviz/frontend/src/engine/network.ts";
import type { Maps } from "../squeezeviz/frontend/src/engine/types.ts";
import { farthest, read, type Told } from "./engine_network.ts";

/** As much of onnxruntime-web as is used here. */
interface Ort {
  env: { wasm: { numThreads: number; wasmPaths: string } };
  Tensor: new (type: string, values: Float32Array, shape: number[]) => unknown;
  InferenceSession: {
    create(path: string, options: object): Promise<{ run(feeds: Record<string, unknown>): Promise<unknown> }>;
  };
}

const BLOCK = 5;

/** The median of a block of runs, in milliseconds; the first run only warms up. */
async function block(work: () => unknown): Promise<number> {
  await work();
  const taken: number[] = [];
  for (let at = 0; at < BLOCK; at += 1) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b)[BLOCK >> 1] as number;
}

async function given() {
  const told = (await (await fetch("/told.json")).json()) as Told;
  return read(told, await (await fetch("/numbers")).arrayBuffer());
}

/** By kernels of each kind: how far the farthest layer is from ONNX Runtime's, of its largest value. */
async function exactness() {
  const { described, input, expected } = await given();
  const rows = available().map(async (kernels) => {
    const run = (await Network.open(described, kernels)).run(input);
    return [kernels.name, ...farthest((name) => run.layer(name), expected)];
  });
  return Promise.all(rows);
}

/** Pairs of blocks, in turn: every layer by kernels of a kind, and the answer by ONNX Runtime Web on one thread. */
async function times(name: string, rounds: number): Promise<[ours: number, theirs: number][]> {
  const { described, input } = await given();
  const ort = (await import(/* @vite-ignore */ `${location.origin}/ort/ort.wasm.min.mjs`)) as Ort;
  Object.assign(ort.env.wasm, { numThreads: 1, wasmPaths: `${location.origin}/ort/` });
  const session = await ort.InferenceSession.create("/model.onnx", { executionProviders: ["wasm"] });
  const feeds = { [described.input]: new ort.Tensor("float32", input.values, [1, ...input.shape]) };
  const network = await Network.open(described, kernelsCalled(name));
  const run = network.run(input);
  const whole = inTurn(input, [input.shape[1], input.shape[2]]);
  const found: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1)
    found.push([await block(() => network.run(whole(), { into: run })), await block(() => session.run(feeds))]);
  return found;
}

const kernelsCalled = (name: string) => available().find((kernels) => kernels.name === name);

/**
 * An input, then the same with so many rows and columns changed in its middle, in turn: into a run of the one before, only what
 * hangs on these is computed.
 */
function inTurn({ shape, values }: Maps, [rows, columns]: [number, number]): () => Maps {
  const [, height, width] = shape;
  const [top, left] = [(height - rows) >> 1, (width - columns) >> 1];
  const changed = values.map((value, at) => {
    const [y, x] = [Math.floor(at / width) % height, at % width];
    return y >= top && y < top + rows && x >= left && x < left + columns ? value + 10 : value;
  });
  let count = 0;
  return () => {
    count += 1;
    return { shape, values: count % 2 ? changed : values };
  };
}

/** Pairs of blocks, in turn: what hangs on a square of the input, and every layer. */
async function strokes(name: string, rounds: number, side: number): Promise<[part: number, whole: number][]> {
  const { described, input } = await given();
  const network = await Network.open(described, kernelsCalled(name));
  const run = network.run(input);
  const [part, whole] = [inTurn(input, [side, side]), inTurn(input, [input.shape[1], input.shape[2]])];
  const found: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1)
    found.push([
      await block(() => network.run(part(), { into: run })),
      await block(() => network.run(whole(), { into: run })),
    ]);
  return found;
}

/** Of WebAssembly, by kind. */
const bytes = { "relaxed SIMD": atob(RELAXED).length, SIMD: atob(SIMD).length };

Object.assign(globalThis, { bench: { exactness, times, strokes, bytes, kernels: available().map(({ name }) => name) } });
