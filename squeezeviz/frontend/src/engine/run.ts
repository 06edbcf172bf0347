/** What a network computed of one input: every layer, in one piece of memory. */
import type { Space } from "./memory.ts";
import { sizeOf } from "./places.ts";
import type { Maps, Shape } from "./types.ts";

export interface Run {
  /**
   * A layer's values, or the input's: a view of memory, good until the network runs again. Whoever keeps or sends them
   * takes a copy.
   *
   * @throws {RangeError} There is no such layer, or the run was released.
   */
  layer(name: string): Maps;
  /** How strong a layer is: the root of its numbers' mean square. */
  rms(name: string): number;
  /** How long it took. */
  readonly ms: number;
  /** Its memory is used for other runs; it has no layers any more. */
  release(): void;
}

const VECTOR = 4; // each layer begins where a vector may

export class KeptRun implements Run {
  ms = 0;
  readonly #space: Space;
  readonly #shapes: ReadonlyMap<string, Shape>;
  readonly #places = new Map<string, number>();
  readonly #views = new Map<string, Maps>();
  #address: number | null;
  /** The memory that the views are of: it is another one once it has grown. */
  #buffer: ArrayBuffer | null = null;

  constructor(space: Space, shapes: ReadonlyMap<string, Shape>) {
    this.#space = space;
    this.#shapes = shapes;
    let numbers = 0;
    for (const [name, shape] of shapes) {
      this.#places.set(name, 4 * numbers);
      numbers += Math.ceil(sizeOf(shape) / VECTOR) * VECTOR;
    }
    this.#address = space.take(4 * numbers);
  }

  /** Whether it has room for layers of these shapes, and nobody has released it. */
  suits(shapes: ReadonlyMap<string, Shape>): boolean {
    return this.#address !== null && this.#shapes === shapes;
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

  rms(name: string): number {
    const { values } = this.layer(name);
    return Math.sqrt(this.#space.machine.squares(values.byteOffset, values.length) / values.length);
  }

  release(): void {
    if (this.#address !== null) this.#space.give(this.#address);
    this.#address = null;
  }
}
