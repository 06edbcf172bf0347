/**
 * The network's answers to one input with patches of it replaced: only the cells that a patch reaches are computed again,
 * layer by layer, each from all that it hangs on. So the answers are those of whole runs, to the last bit.
 */
import type { Part } from "./kernels/machine.ts";
import type { Space } from "./memory.ts";
import { copyPart, joined } from "./parts.ts";
import type { KeptRun, Run } from "./run.ts";
import { allOf } from "./sliding.ts";
import type { Compute, Maps, Shape, Values } from "./types.ts";

/** One layer, ready to be computed. */
export interface Stage {
  name: string;
  shape: Shape;
  inputs: readonly string[];
  compute: Compute;
}

const MOST = 0.7; // of a layer's cells: from there on all of them take less time

export class PatchedRuns {
  readonly #space: Space;
  readonly #stages: readonly Stage[];
  readonly #run: Run;
  readonly #own: KeptRun;
  readonly #input: string;
  readonly #filling: Values;

  /**
   * @param stages Those that the answer hangs on, in their order.
   * @param run Of the input as it is.
   * @param own Of the same size: becomes a copy of it, in which patches are replaced and put back.
   * @param filling What patches show: of the input's shape.
   */
  constructor(space: Space, stages: readonly Stage[], run: Run, own: KeptRun, input: string, filling: Values) {
    this.#space = space;
    this.#stages = stages;
    this.#run = run;
    this.#own = own;
    this.#input = input;
    this.#filling = filling.slice();
    for (const name of [input, ...stages.map((stage) => stage.name)])
      own.layer(name).values.set(run.layer(name).values);
  }

  /** The last stage's values, one patch replaced. */
  of(patch: Part): Values {
    const changed = new Map([[this.#input, patch]]);
    this.#replace(patch);
    for (const stage of this.#stages) {
      const touched = this.#touched(stage, changed);
      if (touched) changed.set(stage.name, touched);
    }
    const last = this.#stages.at(-1)?.name ?? this.#input;
    const found = this.#own.layer(last).values.slice();
    for (const [name, part] of changed)
      copyPart(this.#space, this.#run.layer(name), this.#own.layer(name).values, part);
    return found;
  }

  release(): void {
    this.#own.release();
  }

  #replace({ top, left, rows, columns }: Part): void {
    const { shape, values } = this.#own.layer(this.#input);
    const [channels, height, width] = shape;
    for (let channel = 0; channel < channels; channel += 1) {
      for (let y = top; y < top + rows; y += 1) {
        const at = (channel * height + y) * width + left;
        values.set(this.#filling.subarray(at, at + columns), at);
      }
    }
  }

  /** Compute what a stage has of what has changed; which cells these are, null where there are none. */
  #touched({ name, shape, inputs, compute }: Stage, changed: ReadonlyMap<string, Part>): Part | null {
    const reached = inputs.flatMap((input) => changed.get(input) ?? []);
    if (!reached.length) return null;
    const maps = inputs.map((input): Maps => this.#own.layer(input));
    const { values } = this.#own.layer(name);
    const part = compute.part && reached.map((each) => compute.touched?.(each) ?? each).reduce(joined);
    if (part && (part.rows <= 0 || part.columns <= 0)) return null;
    if (!part || part.rows * part.columns > MOST * shape[1] * shape[2]) {
      compute(maps, values);
      return allOf(shape);
    }
    compute.part?.(maps, values, part);
    return part;
  }
}
