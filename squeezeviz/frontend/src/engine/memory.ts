/** Memory of a machine, handed out. */
import type { Machine } from "./kernels/machine.ts";

const ALIGNED = 16;
/** Vectors may be read beyond the last number: up to so many bytes, unless `mayReadBeyond` says more. */
const BEYOND = 128;

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNED) * ALIGNED;

export class Space {
  readonly machine: Machine;
  #end = ALIGNED;
  /** Given back: bytes by address. */
  readonly #free = new Map<number, number>();
  readonly #sizes = new Map<number, number>();
  readonly #tables = new Map<string, number>();
  #scratch = { address: ALIGNED, bytes: 0 };
  /** Bytes behind all that is handed out. */
  #margin = 0;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Room for so many bytes, until it is given back. */
  take(bytes: number): number {
    const size = aligned(bytes + BEYOND);
    // Of what is far larger nothing is cut off: a table would cost the next run its room.
    const fits = [...this.#free].filter(([, free]) => free >= size && free <= 2 * size).sort(([, a], [, b]) => a - b);
    const address = fits[0]?.[0] ?? this.#end;
    if (fits.length) this.#free.delete(address);
    else {
      this.#grow(this.#end + size);
      this.#end += size;
      this.#sizes.set(address, size);
    }
    return address;
  }

  /** Make sure that so many bytes behind any number can be read, whatever they are. */
  mayReadBeyond(bytes: number): void {
    if (bytes <= this.#margin) return;
    this.#margin = bytes;
    this.#grow(this.#end);
  }

  give(address: number): void {
    this.#free.set(address, this.#sizes.get(address) as number);
  }

  /** Make sure that there is so much room for what is needed only while one layer is computed. */
  needScratch(bytes: number): void {
    if (bytes <= this.#scratch.bytes) return;
    const before = this.#scratch;
    this.#scratch = { address: this.take(bytes), bytes };
    if (before.bytes) this.give(before.address);
  }

  #grow(end: number): void {
    try {
      this.machine.grow(end + this.#margin);
    } catch (problem) {
      const megabytes = Math.round(end / 1e6).toLocaleString("en");
      throw new RangeError(
        `the network takes ${megabytes} MB here, more than this browser gives a page: close other tabs, or open the ` +
          "explorer in a notebook",
        { cause: problem },
      );
    }
  }

  get scratch(): number {
    return this.#scratch.address;
  }

  floats(address: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.machine.buffer, address, count);
  }

  writePlaces(address: number, places: Int32Array): void {
    new Int32Array(this.machine.buffer, address, places.length).set(places);
  }

  put(values: Float32Array | Int32Array): number {
    const address = this.take(values.byteLength);
    const Kind = values instanceof Float32Array ? Float32Array : Int32Array;
    new Kind(this.machine.buffer, address, values.length).set(values);
    return address;
  }

  /** Whole numbers that many layers read alike: made once. */
  table(key: string, make: () => Int32Array): number {
    const known = this.#tables.get(key) ?? this.put(make());
    this.#tables.set(key, known);
    return known;
  }
}
