/** What the page's engine says of one network, in Node: ablations, patches hidden, channels ablated in turn and in pairs. */
import { readFileSync } from "node:fs";
import { read, type Told } from "../benchmarks/engine_network.ts";
import { Network } from "../squeezeviz/frontend/src/engine/network.ts";
import { ablationSweep, pairwiseAblation } from "../squeezeviz/frontend/src/engine/trials/ablations.ts";
import { blurredFilling, meanFilling, occlusion, plainFilling } from "../squeezeviz/frontend/src/engine/trials/occlusion.ts";
import type { Trial } from "../squeezeviz/frontend/src/engine/trials/trial.ts";

interface Asked {
  ablations: { channels: [string, number[]][]; fill: "zero" | "mean" }[];
  patches: { patch_px: number; stride_px: number };
  colour: number[];
  layers: string[];
  pair: string;
}

const folder = process.argv[2];
const told = JSON.parse(readFileSync(`${folder}/told.json`, "utf8")) as Told;
const asked = JSON.parse(readFileSync(`${folder}/asked.json`, "utf8")) as Asked;
const { buffer, byteOffset, byteLength } = readFileSync(`${folder}/numbers`);
const { described, input } = read(told, buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
const network = await Network.open(described);
const run = network.run(input);

function whole(trial: Trial): number[] {
  for (const _ of trial.steps());
  return [...trial.logits];
}

const ablated = asked.ablations.map(({ channels, fill }) => {
  const without = { channels: new Map(channels), fill };
  const again = network.run(input, { ablated: without });
  const layers = Object.fromEntries(told.layers.map(({ name }) => [name, [...again.layer(name).values]]));
  again.release();
  return { layers, logits: [...network.again(run, { ablated: without })] };
});
const fillings = {
  colour: plainFilling(input, asked.colour),
  mean: meanFilling(input),
  blur: blurredFilling(input, asked.patches),
};
const occlusions = Object.entries(fillings).map(([name, filling]) => {
  const found = occlusion(network, run, described.input, filling, asked.patches);
  return [name, { rows: found.rows, columns: found.columns, logits: whole(found) }];
});
const sweep = ablationSweep(network, run, asked.layers);
const pairs = pairwiseAblation(network, run, asked.pair);
console.log(
  JSON.stringify({
    ablated,
    occlusions: Object.fromEntries(occlusions),
    sweep: { channels: sweep.channels, logits: whole(sweep) },
    pairs: { pairs: pairs.pairs, singles: pairs.singles, logits: whole(pairs) },
  }),
);
