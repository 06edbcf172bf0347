/**
 * The network's answers to one input with patches of it replaced: only the cells that a patch reaches are computed again,
 * and put back. So the answers are those of whole runs, to the last bit.
 */
import { type Changed, followUp, outcome, type Stage } from "./changes.ts";
import type { Part } from "./kernels/machine.ts";
import type { Space } from "./memory.ts";
import { copyPart } from "./parts.ts";
import type { KeptRun, Run } from "./run.ts";
import type { Values } from "./types.ts";

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
    const changed: Changed = new Map([[this.#input, patch]]);
    this.#replace(patch);
    outcome(followUp(this.#stages, changed, (name) => this.#own.layer(name)));
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
}
