/** What a network computed of one input: every layer, in one piece of memory. */
import type { Joined } from "./joined.ts";
import type { Part } from "./kernels/machine.ts";
import type { Space } from "./memory.ts";
import { sizeOf } from "./places.ts";
import type { Maps, Shape, Values } from "./types.ts";

export interface Run {
  /**
   * A layer's values, or the input's: a view of memory, good until the network runs again. Whoever keeps or sends them
   * takes a copy.
   *
   * @throws {RangeError} There is no such layer, or the run was released.
   */
  layer(name: string): Maps;
  /**
   * Of a layer's channels: the largest value of each, NaN where one is, then the mean of each, then the share of zeros.
   *
   * @returns (3, C), a copy.
   */
  statistics(name: string): Values;
  /** How strong a layer is: the root of its numbers' mean square. */
  rms(name: string): number;
  /** How long it took. */
  readonly ms: number;
  /** Its memory is used for other runs; it has no layers any more. */
  release(): void;
}

const APART: Joined = new Map();
const VECTOR = 4; // each layer begins where a vector may

export class KeptRun implements Run {
  ms = 0;
  /** The part of the input that not every layer follows from yet; all of it until each has been computed, none ablated. */
  behind: Part | "all" | null = "all";
  readonly #space: Space;
  readonly #shapes: ReadonlyMap<string, Shape>;
  readonly #joined: Joined;
  readonly #places = new Map<string, number>();
  readonly #views = new Map<string, Maps>();
  #address: number | null;
  /** The memory that the views are of: it is another one once it has grown. */
  #buffer: ArrayBuffer | null = null;

  /** @param joined Layers that lie within others: none of them may be changed by itself. */
  constructor(space: Space, shapes: ReadonlyMap<string, Shape>, joined = APART) {
    this.#space = space;
    this.#shapes = shapes;
    this.#joined = joined;
    let numbers = 0;
    for (const [name, shape] of shapes) {
      if (joined.has(name)) continue;
      this.#places.set(name, 4 * numbers);
      numbers += Math.ceil(sizeOf(shape) / VECTOR) * VECTOR;
    }
    for (const [name, { whole, before }] of joined)
      this.#places.set(name, (this.#places.get(whole) as number) + 4 * before);
    this.#address = space.take(4 * numbers);
  }

  /** Whether it has room for layers of these shapes, joined so, and nobody has released it. */
  suits(shapes: ReadonlyMap<string, Shape>, joined = APART): boolean {
    return this.#address !== null && this.#shapes === shapes && this.#joined === joined;
  }

  layer(name: string): Maps {
    const place = this.#places.get(name);
    if (place === undefined) throw new RangeError(`no layer is called '${name}'`);
    if (this.#address === null) throw new RangeError(`${name} is gone: its run was released`);
    const { buffer } = this.#space.machine;
    if (buffer !== this.#buffer) this.#views.clear();
    this.#buffer = buffer;
    const known = this.#views.get(name);
    if (known) return known;
    const shape = this.#shapes.get(name) as Shape;
    const maps = { shape, values: this.#space.floats(this.#address + place, sizeOf(shape)) };
    this.#views.set(name, maps);
    return maps;
  }

  statistics(name: string): Values {
    const space = this.#space;
    const [channels, ...cells] = this.layer(name).shape;
    space.needScratch(4 * 3 * channels); // which may move what is viewed
    space.machine.statistics(this.layer(name).values.byteOffset, space.scratch, channels, sizeOf(cells));
    return space.floats(space.scratch, 3 * channels).slice();
  }

  rms(name: string): number {
    const { values } = this.layer(name);
    return Math.sqrt(this.#space.machine.squares(values.byteOffset, values.length) / values.length);
  }

  release(): void {
    if (this.#address !== null) this.#space.give(this.#address);
    this.#address = null;
  }
}
