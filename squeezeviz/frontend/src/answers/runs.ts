/** A file's numbers as they are needed: weights and pictures unpacked once, layers computed where nobody has before. */
import { compareLogits, compareStatistics, NOTHING_COMPARED } from "../engine/exactness.ts";
import { inputOf } from "../engine/input.ts";
import { Network, type Run as NetworkRun } from "../engine/network.ts";
import type { Affine, GraphSpec, Maps, Picture, Weights } from "../engine/types.ts";
import type { Progress } from "../host/door.ts";
import type { Layer } from "../protocol.ts";
import type { Blocks } from "./blocks.ts";
import type { Contents, PagePhoto, Preprocessed } from "./contents.ts";

const MOST_RUNS = 3; // every layer of one photo takes 12 MB

/** One photo in one preprocessing, all the way through the network. */
export interface Run {
  layers: readonly Layer[];
  preprocessed: Preprocessed;
  cropped: Picture;
  /** Of a layer or the input: good until the network runs again. */
  maps(layer: string): Maps;
  release(): void;
}

export class Runs {
  readonly #contents: Contents;
  readonly #blocks: Blocks;
  readonly #weights = new Map<string, Promise<Weights>>();
  readonly #unpacked = new Map<string, Weights>();
  readonly #runs = new Map<string, Promise<Run>>();
  readonly #networks = new Map<GraphSpec, Network>();
  /** Unpacked once: a number is opened at every step of the pointer. */
  readonly #pictures = new Map<number, Promise<Picture>>();
  readonly #told: (progress: Progress) => void;
  #progress: Progress = { layers: 0, done: 0, ms: 0, exactness: NOTHING_COMPARED, problem: "" };

  /** @param told Called as things go on. */
  constructor(contents: Contents, blocks: Blocks, told: (progress: Progress) => void) {
    this.#contents = contents;
    this.#blocks = blocks;
    this.#told = told;
  }

  /** One photo's way through the network; begun if nobody has. */
  of(photo: PagePhoto, preset: string): Promise<Run> {
    const key = `${photo.id}\n${preset}`;
    const known = this.#runs.get(key) ?? this.#begin(photo, preset);
    this.#runs.delete(key); // to the end: the longest unused goes first
    this.#runs.set(key, known);
    for (const old of [...this.#runs.keys()].slice(0, -MOST_RUNS)) {
      void this.#runs.get(old)?.then((run) => run.release());
      this.#runs.delete(old);
    }
    return known;
  }

  weights(layer: string): Promise<Weights> {
    const known = this.#weights.get(layer) ?? this.#unpack(layer);
    this.#weights.set(layer, known);
    return known;
  }

  /** Those that have been unpacked: all, once a photo went through. */
  weightsHere(layer: string): Weights {
    return this.#unpacked.get(layer) as Weights;
  }

  picture(block: number): Promise<Picture> {
    const known = this.#pictures.get(block) ?? this.#blocks.picture(block);
    this.#pictures.set(block, known);
    return known;
  }

  async #unpack(layer: string): Promise<Weights> {
    const { shape, block, halves } = this.#contents.weights[layer] ?? {};
    if (!shape || block === undefined) throw new RangeError(`${layer} has no kernels: expected a convolution`);
    const both = await this.#blocks.numbers(block, halves);
    const size = shape.reduce((a, b) => a * b, 1);
    const found = { shape, kernels: both.subarray(0, size), bias: both.subarray(size) };
    this.#unpacked.set(layer, found);
    return found;
  }

  async #begin(photo: PagePhoto, preset: string): Promise<Run> {
    const { affine, model } = this.#contents;
    const preprocessed = photo.preprocessed[preset] as Preprocessed;
    const cropped = await this.#blocks.picture(preprocessed.cropped);
    const layers = preprocessed.message.layers ?? model.layers;
    const graphSpec = preprocessed.graph_spec ?? this.#contents.graph_spec;
    try {
      this.#say({ layers: layers.length, done: 0, ms: 0 });
      const network = await this.#network(layers, graphSpec);
      const run = network.run(inputOf(cropped, affine[preset] as Affine));
      await this.#compare(layers, preprocessed, run);
      this.#say({ done: layers.length, ms: run.ms });
      const maps = (asked: string) => run.layer(asked);
      return { layers, preprocessed, cropped, maps, release: () => run.release() };
    } catch (problem) {
      this.#say({ problem: String(problem) });
      throw problem;
    }
  }

  /** One for each size of the input; their weights are unpacked once. */
  async #network(layers: readonly Layer[], graphSpec: GraphSpec): Promise<Network> {
    const known = this.#networks.get(graphSpec);
    if (known) return known;
    const [first] = this.#networks.values();
    const made = first?.at(layers, graphSpec) ?? (await this.#open(layers, graphSpec));
    this.#networks.set(graphSpec, made);
    return made;
  }

  async #open(layers: readonly Layer[], graphSpec: GraphSpec): Promise<Network> {
    await Promise.all(Object.keys(this.#contents.weights).map((layer) => this.weights(layer)));
    const weights = (layer: string) => this.#unpacked.get(layer);
    const { input, model } = this.#contents;
    return Network.open({ input, layers, graphSpec, logits: model.logits, weights });
  }

  async #compare(layers: readonly Layer[], preprocessed: Preprocessed, run: NetworkRun): Promise<void> {
    const { logits } = this.#contents.model;
    const maps = (layer: string) => run.layer(layer);
    if (preprocessed.statistics !== null) {
      const theirs = await this.#blocks.numbers(preprocessed.statistics);
      this.#say({ exactness: compareStatistics(this.#progress.exactness, layers, maps, theirs) });
    }
    if (preprocessed.windows === 1) {
      const theirs = await this.#blocks.numbers(preprocessed.logits);
      const { values } = run.layer(logits);
      this.#say({ exactness: compareLogits(this.#progress.exactness, logits, values, theirs) });
    }
  }

  #say(more: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...more };
    this.#told(this.#progress);
  }
}
