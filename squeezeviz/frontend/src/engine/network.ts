/**
 * A network made ready once, its weights packed and its places worked out, and run on any number of inputs. A run keeps
 * every layer, in one piece of memory.
 */
import type { Layer } from "../protocol.ts";
import { type Ablation, ablate, untilActivation } from "./ablation.ts";
import { differing, followUp, outcome, type Stage } from "./changes.ts";
import { type Joined, joinedIn } from "./joined.ts";
import { fastestMachine } from "./kernels/kernels.ts";
import type { Kernels, KernelsName, Part } from "./kernels/machine.ts";
import { Space } from "./memory.ts";
import { clamped } from "./ops/functions.ts";
import { OPS } from "./ops/table.ts";
import { both } from "./parts.ts";
import { PatchedRuns } from "./patches.ts";
import { KeptRun, type Run } from "./run.ts";
import type { GraphSpec, Maps, Shape, Values, Weights } from "./types.ts";

export type { Ablation, PatchedRuns, Run };

/** A network as plain data. */
export interface Described {
  /** The network's input, by name. */
  input: string;
  /** Of shapes as its input makes them. */
  layers: readonly Layer[];
  graphSpec: GraphSpec;
  /** The layer that is read as the answer. */
  logits: string;
  /** Of those layers that have some, in single precision. */
  weights(layer: string): Weights | undefined;
}

interface Ready {
  shapes: ReadonlyMap<string, Shape>;
  joined: Joined;
  stages: readonly Stage[];
  /** Those that the logits hang on. */
  needed: readonly Stage[];
}

export interface RunOptions {
  ablated?: Ablation;
  into?: Run;
}

/** Channels of a layer that are filled. */
interface Filling {
  layer: string;
  channels: readonly number[];
  fill: Ablation["fill"];
}

/** By the layer after which it is done. */
type Fillings = ReadonlyMap<string, readonly Filling[]>;

interface Packed {
  readonly space: Space;
  readonly addresses: Map<string, number>;
}

/** One cell where a channel is one number. */
const shapeOf = ({ shape }: Layer): Shape => [shape[0] ?? 1, shape[1] ?? 1, shape[2] ?? 1];

export class Network {
  readonly kernels: KernelsName;
  readonly #described: Described;
  readonly #packed: Packed;
  #ready: Ready | null = null;

  private constructor(described: Described, packed: Packed) {
    this.#described = described;
    this.#packed = packed;
    this.kernels = packed.space.machine.name;
    for (const { name } of described.layers) operatorOf(described, name);
  }

  /**
   * @param kernels Which are used; the fastest that the browser has by default.
   * @throws {Error} The network has an operator that is not in the table.
   */
  static async open(described: Described, kernels?: Kernels): Promise<Network> {
    const space = new Space(await (kernels?.machine() ?? fastestMachine()));
    return new Network(described, { space, addresses: new Map() });
  }

  /** The same network for an input of another size: it shares the packed weights. */
  at(layers: readonly Layer[], graphSpec: GraphSpec): Network {
    return new Network({ ...this.#described, layers, graphSpec }, this.#packed);
  }

  /** `running`, all steps at once. */
  run(input: Maps, options: RunOptions = {}): Run {
    return outcome(this.running(input, options));
  }

  /**
   * Compute every layer; into the memory of a run before, only the cells that hang on what is another input by now. A step
   * a layer: whoever takes the steps may do something else in between, but run nothing into the same memory. Where they end
   * early, that memory is a run to go on from all the same.
   *
   * @param input float32; of the size that the layers' shapes belong to.
   * @param options.into A run whose memory is used; what it was is gone.
   * @throws {RangeError} The input is of another size than the one before.
   */
  *running(input: Maps, { ablated, into }: RunOptions = {}): Generator<void, Run> {
    const start = performance.now();
    const { shapes, joined, stages } = this.#readyFor(input.shape);
    const fillings = this.#fillings(ablated); // before any memory is taken, if it is refused
    const within = ablated ? undefined : joined; // what is filled is one layer's alone
    const isRoom = into instanceof KeptRun && into.suits(shapes, within);
    if (!isRoom) into?.release();
    const run = isRoom ? into : new KeptRun(this.#packed.space, shapes, within);
    let isDone = false;
    try {
      yield* this.#fill(run, input, stages, fillings);
      isDone = true;
    } finally {
      if (!isDone && !isRoom) run.release();
    }
    run.ms = performance.now() - start;
    return run;
  }

  *#fill(run: KeptRun, input: Maps, stages: readonly Stage[], fillings: Fillings): Generator<void, void> {
    const { input: name } = this.#described;
    const { shape, values } = run.layer(name);
    const isAll = run.behind === "all" || fillings.size > 0;
    run.behind = isAll ? "all" : both(run.behind as Part | null, differing(values, input.values, shape));
    values.set(input.values);
    if (run.behind === "all") yield* this.#walk(stages, run, null, new Set([name]), fillings);
    else if (run.behind) yield* followUp(stages, new Map([[name, run.behind]]), (each) => run.layer(each));
    run.behind = fillings.size ? "all" : null;
  }

  /** The logits, where some values are others: only what follows from them is computed, and nothing of `run` changes. */
  again(run: Run, changed: { input?: Values; ablated?: Ablation }): Values {
    const { input, logits } = this.#described;
    const { shapes, needed } = this.#readyFor(run.layer(input).shape);
    const fillings = this.#fillings(changed.ablated);
    const other = new KeptRun(this.#packed.space, shapes);
    if (changed.input) other.layer(input).values.set(changed.input);
    const known = new Set(changed.input ? [input] : []);
    outcome(this.#walk(needed, other, run, known, fillings));
    const found = (known.has(logits) ? other : run).layer(logits).values.slice();
    other.release();
    return found;
  }

  /** The logits of a run: a view, as `Run.layer` gives it. */
  logitsOf(run: Run): Values {
    return run.layer(this.#described.logits).values;
  }

  /** @throws {RangeError} No layer is called that. */
  channelsOf(layer: string): number {
    const found = this.#described.layers.find(({ name }) => name === layer);
    if (!found) throw new RangeError(`no layer is called '${layer}'`);
    return shapeOf(found)[0];
  }

  /**
   * The same with patches of the input replaced, one after the other: only the cells that they reach are computed.
   *
   * @param filling What patches show: of the input's shape.
   */
  patched(run: Run, filling: Values): PatchedRuns {
    const { input } = this.#described;
    const { shapes, needed } = this.#readyFor(run.layer(input).shape);
    const { space } = this.#packed;
    return new PatchedRuns(space, needed, run, new KeptRun(space, shapes), input, filling);
  }

  /**
   * Compute what follows from what is known, a step a layer.
   *
   * @param run Where it is written.
   * @param before Where all else is read; null where nothing else is.
   * @param known The layers that are in `run`; those that are computed join them.
   */
  *#walk(
    stages: readonly Stage[],
    run: KeptRun,
    before: Run | null,
    known: Set<string>,
    fillings: Fillings,
  ): Generator<void, void> {
    const read = (name: string) => (known.has(name) ? run : (before ?? run)).layer(name);
    for (const { name, inputs, compute } of stages) {
      if (inputs.some((each) => known.has(each))) {
        compute(inputs.map(read), run.layer(name).values);
        known.add(name);
      }
      for (const { layer, channels, fill } of fillings.get(name) ?? []) {
        if (!known.has(layer)) run.layer(layer).values.set(read(layer).values);
        if (ablate(run.layer(layer), channels, fill)) known.add(layer);
      }
      yield;
    }
  }

  /** @throws {RangeError} There is no such layer or channel. */
  #fillings(ablated: Ablation | undefined): Fillings {
    const found = new Map<string, Filling[]>();
    if (!ablated) return found;
    const { channels: asked, fill } = ablated;
    for (const [layer, channels] of asked) {
      const count = this.channelsOf(layer);
      const wrong = channels.find((channel) => !(Number.isInteger(channel) && channel >= 0 && channel < count));
      if (wrong === undefined) continue;
      throw new RangeError(`${layer} has no channel ${wrong}; there are ${count}, counted from 0`);
    }
    for (const { name } of this.#described.layers) {
      const channels = asked.get(name) ?? [];
      if (!channels.length) continue;
      const chain = untilActivation(this.#described, name);
      const last = chain.at(-1) as string;
      found.set(last, [...(found.get(last) ?? []), ...chain.map((layer) => ({ layer, channels, fill }))]);
    }
    return found;
  }

  #readyFor(shape: Shape): Ready {
    const { input, layers, graphSpec } = this.#described;
    if (this.#ready) {
      const own = this.#ready.shapes.get(input) as Shape;
      if (own.join() === shape.join()) return this.#ready;
      throw new RangeError(
        `the input is ${shape.join(" × ")}, expected ${own.join(" × ")}; another size takes Network.at`,
      );
    }
    const shapes = new Map([[input, shape], ...layers.map((layer): [string, Shape] => [layer.name, shapeOf(layer)])]);
    const stages = layers.map((layer) => this.#stage(layer, shapes));
    this.#ready = { shapes, joined: joinedIn(layers, graphSpec, shapes), stages, needed: this.#neededOf(stages) };
    return this.#ready;
  }

  #neededOf(stages: readonly Stage[]): Stage[] {
    const needed = new Set([this.#described.logits]);
    for (const { name, inputs } of [...stages].reverse()) {
      if (needed.has(name)) for (const each of inputs) needed.add(each);
    }
    return stages.filter(({ name }) => needed.has(name));
  }

  #stage({ name, inputs }: Layer, shapes: ReadonlyMap<string, Shape>): Stage {
    const { space, addresses } = this.#packed;
    const { op, step } = operatorOf(this.#described, name);
    const shape = shapes.get(name) as Shape;
    const compute = op.prepare({
      step,
      shape,
      inputs: inputs.map((each) => shapes.get(each) as Shape),
      space,
      weights: () => {
        const found = this.#described.weights(name);
        if (!found) throw new RangeError(`${name} has no weights; expected those of ${step.op}`);
        return found;
      },
      packed: (what, make) => {
        const key = `${name}\n${what}`;
        const known = addresses.get(key) ?? make();
        addresses.set(key, known);
        return known;
      },
    });
    return { name, shape, inputs, compute: step.relu && !op.isWithRelu ? clamped(space, shape, compute) : compute };
  }
}

function operatorOf({ graphSpec }: Described, name: string) {
  const step = graphSpec[name];
  const op = OPS[step?.op ?? ""];
  if (!step || !op) throw new Error(`${name}: this page does not know the operator ${step?.op}`);
  return { step, op };
}
