/** The network with its weights, and what it has computed last: layers are there where nobody has asked before, too. */
import type { Ablation } from "../engine/ablation.ts";
import { compareLogits, compareStatistics, NOTHING_COMPARED } from "../engine/exactness.ts";
import { Network, type Run as NetworkRun } from "../engine/network.ts";
import type { GraphSpec, Maps, Weights } from "../engine/types.ts";
import type { Progress } from "../host/door.ts";
import type { Described } from "../preprocessing/description.ts";
import type { Traits } from "../protocol.ts";
import type { Carried } from "./contents.ts";
import { type Sized, sizedFor } from "./presets.ts";
import { heedful, Superseded } from "./queue.ts";
import type { Prepared, Shown } from "./shown.ts";
import { wordsOf } from "./words.ts";

const MOST_RUNS = 3; // every layer of one photo takes 12 MB

/** One photo in one preprocessing, all the way through the network. */
export interface Run {
  sized: Sized;
  prepared: Prepared;
  /** Whatever is chosen meanwhile: this run's. */
  ablated: Ablation | undefined;
  network: Network;
  kept: NetworkRun;
  /** Of a layer or the input: good until the network runs again. */
  maps(layer: string): Maps;
  preprocess_ms: number;
}

/** What is asked for. */
export interface Asking {
  preset: Described;
  ablated?: Ablation | undefined;
  /** One of many that come and go: nothing is said of it. */
  isPassing?: boolean;
  /** Asked now and then while it is computed; always, by default. */
  isWanted?: () => boolean;
}

/** What a run leaves. */
type Spare = Pick<Run, "network" | "prepared" | "kept">;
type Computing = Pick<Run, "prepared" | "ablated"> & { isWanted: () => boolean };

export class Runs {
  readonly #state: Carried;
  readonly #told: (progress: Progress) => void;
  #weights: Promise<ReadonlyMap<string, Weights>> | null = null;
  readonly #networks = new Map<GraphSpec, Network>();
  /** The longest unused first. */
  readonly #runs = new Map<string, Run>();
  #isDue = false;
  /** What is not used any more, and whose memory the next one takes: the longest unused first. */
  readonly #spares: Spare[] = [];
  #progress: Progress = { layers: 0, done: 0, ms: 0, exactness: NOTHING_COMPARED, problem: "" };

  /** @param told Takes what there is to say. */
  constructor(state: Carried, told: (progress: Progress) => void) {
    this.#state = state;
    this.#told = told;
  }

  /**
   * One photo's way through the network; computed if it is not here.
   *
   * @throws {Superseded} It is not wanted any more.
   */
  async of(photo: Shown, asked: Asking): Promise<Run> {
    const { preset, ablated, isPassing = false } = asked;
    const key = keyOf(photo, preset, ablated);
    const known = this.#runs.get(key);
    const run = known ?? (await this.#made(photo, asked));
    this.#runs.delete(key); // to the end
    this.#runs.set(key, run);
    for (const old of [...this.#runs.keys()].slice(0, -MOST_RUNS)) this.#release(old);
    const { length } = run.sized.layers;
    if (!isPassing) this.#say({ layers: length, done: length, ms: run.kept.ms });
    return run;
  }

  /** A photo is gone, or is another one. */
  forget({ serial }: Shown): void {
    for (const key of [...this.#runs.keys()]) if (key.startsWith(`${serial}\n`)) this.#release(key);
  }

  /** All of them, by layer; unpacked once. */
  weights(): Promise<ReadonlyMap<string, Weights>> {
    this.#weights ??= this.#unpacked().catch((problem) => {
      this.#weights = null; // whoever asks next has a chance, and hears of it
      throw problem;
    });
    return this.#weights;
  }

  async #unpacked(): Promise<ReadonlyMap<string, Weights>> {
    const { contents, blocks } = this.#state;
    const each = Object.entries(contents.weights).map(async ([layer, held]): Promise<[string, Weights]> => {
      const { shape } = held;
      const both = await blocks.numbers(held.block, held.halves);
      const size = shape.reduce((a, b) => a * b, 1);
      return [layer, { shape, kernels: both.subarray(0, size), bias: both.subarray(size) }];
    });
    return new Map(await Promise.all(each));
  }

  #release(key: string): void {
    const run = this.#runs.get(key);
    this.#runs.delete(key);
    if (run) this.#spare(run);
  }

  #spare(unused: Spare): void {
    this.#spares.push(unused);
    while (this.#spares.length > 1 && this.#spares.length + this.#runs.size > MOST_RUNS + 1)
      this.#spares.shift()?.kept.release();
  }

  async #made(photo: Shown, { preset, ablated, isPassing = false, isWanted = () => true }: Asking): Promise<Run> {
    const sized = sizedFor(this.#state, preset);
    const start = performance.now();
    const prepared = await photo.prepared(this.#state, preset);
    const input = prepared.input();
    const preprocessMs = performance.now() - start;
    if (!isPassing) this.#say({ layers: sized.layers.length, done: 0, ms: 0 });
    this.tell();
    try {
      const network = await this.#network(sized);
      const kept = await this.#computed(network, input, { prepared, ablated, isWanted });
      const run = { sized, prepared, ablated, network, kept, maps: maps(kept), preprocess_ms: preprocessMs };
      if (!ablated) await this.#compare(run);
      return run;
    } catch (problem) {
      if (!(problem instanceof Superseded)) this.#say({ problem: wordsOf(problem) });
      throw problem;
    }
  }

  async #computed(network: Network, input: Maps, { prepared, ablated, isWanted }: Computing): Promise<NetworkRun> {
    const spare = this.#spareFor(network, prepared);
    const options = { ...(ablated && { ablated }), ...(spare && { into: spare.kept }) };
    try {
      return await heedful(network.running(input, options), isWanted);
    } catch (problem) {
      if (spare) this.#spare({ network, prepared, kept: spare.kept });
      throw problem;
    }
  }

  /** Of the same preprocessing, if there is one: least of it has to be computed anew. */
  #spareFor(network: Network, { how }: Prepared): Spare | undefined {
    const isAlike = (each: Spare) => each.network === network && asText(each.prepared.how) === asText(how);
    const alike = this.#spares.findIndex(isAlike);
    const isFull = this.#spares.length + this.#runs.size > MOST_RUNS;
    const at = alike < 0 && isFull ? this.#spares.findIndex((each) => each.network === network) : alike;
    return at < 0 ? undefined : this.#spares.splice(at, 1)[0];
  }

  /** One for each size of the input. */
  async #network({ layers, graphSpec }: Sized): Promise<Network> {
    const known = this.#networks.get(graphSpec);
    if (known) return known;
    const [first] = this.#networks.values();
    const made = first?.at(layers, graphSpec) ?? (await this.#open(layers, graphSpec));
    this.#networks.set(graphSpec, made);
    return made;
  }

  async #open(layers: Sized["layers"], graphSpec: GraphSpec): Promise<Network> {
    const weights = await this.weights();
    const { input, model } = this.#state.contents;
    return Network.open({ input, layers, graphSpec, logits: model.logits, weights: (layer) => weights.get(layer) });
  }

  /** With what Python has computed. */
  async #compare({ prepared: { pythons }, sized, kept, maps }: Run): Promise<void> {
    if (!pythons) return;
    const { contents, blocks } = this.#state;
    if (pythons.statistics !== null) {
      const [ours, theirs] = [(name: string) => kept.statistics(name), await blocks.numbers(pythons.statistics)];
      this.#say({ exactness: compareStatistics(this.#progress.exactness, sized.layers, ours, theirs) });
    }
    if (pythons.windows === 1) {
      const { logits } = contents.model;
      const [theirs, ours] = [await blocks.numbers(pythons.logits), maps(logits).values];
      this.#say({ exactness: compareLogits(this.#progress.exactness, logits, ours, theirs) });
    }
  }

  /** Say how things are: after whatever was asked for, so that it is there once the page says so. */
  tell(): void {
    if (this.#isDue) this.#told(this.#progress);
    this.#isDue = false;
  }

  #say(more: Partial<Progress>): void {
    const now = { ...this.#progress, ...more };
    this.#isDue ||= JSON.stringify(now) !== JSON.stringify(this.#progress);
    this.#progress = now;
  }
}

const maps = (kept: NetworkRun) => (layer: string) => kept.layer(layer);

function keyOf({ serial }: Shown, preset: Described, ablated: Ablation | undefined): string {
  const channels = ablated ? [ablated.fill, ...ablated.channels] : [];
  return [serial, asText(preset), JSON.stringify(channels)].join("\n");
}

const asText = (how: Described): string => JSON.stringify(how);

/** What is ablated on the page; undefined where nothing is. */
export function ablationOf({ ablated, ablation_fill: fill }: Traits): Ablation | undefined {
  const channels = new Map(Object.entries(ablated).filter(([, each]) => each.length));
  return channels.size ? { channels, fill } : undefined;
}
