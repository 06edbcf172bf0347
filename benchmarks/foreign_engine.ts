/** The page's engine on one network, in Node: how far each layer is from what ONNX Runtime computed. */
import { readFileSync } from "node:fs";
import { Network } from "../squeezeviz/frontend/src/engine/network.ts";
import { farthest, read, type Told } from "./engine_network.ts";

const folder = process.argv[2];
const told = JSON.parse(readFileSync(`${folder}/told.json`, "utf8")) as Told;
const { buffer, byteOffset, byteLength } = readFileSync(`${folder}/numbers`);
const numbers = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
const { described, input, expected } = read(told, numbers);
const run = (await Network.open(described)).run(input);
const [layer, worst] = farthest((name) => run.layer(name), expected);
console.log(JSON.stringify({ worst, layer, seconds: run.ms / 1000 }));
