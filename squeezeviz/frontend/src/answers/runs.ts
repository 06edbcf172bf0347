/** A file's numbers as they are needed: weights and pictures unpacked once, layers computed where nobody has before. */
import { compareLogits, compareStatistics, NOTHING_COMPARED } from "../engine/exactness.ts";
import { inputOf } from "../engine/input.ts";
import { run } from "../engine/run.ts";
import type { Affine, Maps, Picture, Weights } from "../engine/types.ts";
import type { Progress } from "../host/door.ts";
import type { Layer } from "../protocol.ts";
import type { Blocks } from "./blocks.ts";
import type { Contents, PagePhoto, Preprocessed } from "./contents.ts";
import { deferred } from "./deferred.ts";
import { Turns } from "./turns.ts";

const MOST_RUNS = 3; // every layer of one photo takes 12 MB

/** One photo in one preprocessing, on its way through the network or all the way. */
export interface Run {
  layers: readonly Layer[];
  preprocessed: Preprocessed;
  cropped: Picture;
  /** Of the layers so far, and of the input. */
  maps: ReadonlyMap<string, Maps>;
  layer(name: string): Promise<Maps>;
  /** Compared with Python's values, too. */
  whole: Promise<void>;
}

export class Runs {
  readonly #contents: Contents;
  readonly #blocks: Blocks;
  readonly #weights = new Map<string, Promise<Weights>>();
  readonly #unpacked = new Map<string, Weights>();
  readonly #runs = new Map<string, Promise<Run>>();
  readonly #turns = new Turns();
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
    for (const old of [...this.#runs.keys()].slice(0, -MOST_RUNS)) this.#runs.delete(old);
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
    const { shape, block } = this.#contents.weights[layer] ?? {};
    if (!shape || block === undefined) throw new RangeError(`${layer} has no kernels: expected a convolution`);
    const both = await this.#blocks.numbers(block);
    const size = shape.reduce((a, b) => a * b, 1);
    const found = { shape, kernels: both.subarray(0, size), bias: both.subarray(size) };
    this.#unpacked.set(layer, found);
    return found;
  }

  async #begin(photo: PagePhoto, preset: string): Promise<Run> {
    const { input: name, affine, model } = this.#contents;
    const preprocessed = photo.preprocessed[preset] as Preprocessed;
    const cropped = await this.#blocks.picture(preprocessed.cropped);
    const layers = preprocessed.message.layers ?? model.layers;
    const maps = new Map([[name, inputOf(cropped, affine[preset] as Affine)]]);
    const waiting = new Map(layers.map((each) => [each.name, deferred<Maps>()]));
    const whole = this.#go({ layers, preprocessed, maps }, (layer, made) => {
      maps.set(layer, made);
      waiting.get(layer)?.resolve(made);
    });
    const layer = async (asked: string) => {
      if (!maps.has(asked)) await Promise.race([waiting.get(asked)?.promise ?? null, whole]);
      const found = maps.get(asked);
      if (!found) throw new RangeError(`no layer is called '${asked}'`);
      return found;
    };
    whole.catch((problem: unknown) => this.#say({ problem: String(problem) }));
    return { layers, preprocessed, cropped, maps, layer, whole };
  }

  async #go(made: Pick<Run, "layers" | "preprocessed" | "maps">, keep: (layer: string, maps: Maps) => void) {
    const { input: name } = this.#contents;
    const { layers } = made;
    const graphSpec = made.preprocessed.graph_spec ?? this.#contents.graph_spec;
    const start = performance.now();
    await this.#turns.take(async (breathe) => {
      const done = (layer: string, maps: Maps) => {
        keep(layer, maps);
        this.#say({ layers: layers.length, done: made.maps.size - 1, ms: 0 });
      };
      const input = { name, maps: made.maps.get(name) as Maps };
      await run(layers, graphSpec, input, (layer) => this.weights(layer), done, breathe);
    });
    const ms = performance.now() - start;
    await this.#compare(made);
    this.#say({ ms });
  }

  async #compare({ layers, preprocessed, maps }: Pick<Run, "layers" | "preprocessed" | "maps">): Promise<void> {
    const { logits } = this.#contents.model;
    if (preprocessed.statistics !== null) {
      const theirs = await this.#blocks.numbers(preprocessed.statistics);
      this.#say({ exactness: compareStatistics(this.#progress.exactness, layers, maps, theirs) });
    }
    if (preprocessed.windows === 1) {
      const [theirs, ours] = [await this.#blocks.numbers(preprocessed.logits), maps.get(logits) as Maps];
      this.#say({ exactness: compareLogits(this.#progress.exactness, logits, ours.values, theirs) });
    }
  }

  #say(more: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...more };
    this.#told(this.#progress);
  }
}
