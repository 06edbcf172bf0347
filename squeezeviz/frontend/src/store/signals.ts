/** What signals do not bring along: a map of them, and one for what keeps its state to itself. */
import { type Signal, signal } from "@preact/signals-core";

const MOST_EMPTY = 1000;

/** A map whose readers each follow just the keys that they have read. The longest unused goes first. */
export class Cells<T> {
  readonly #cells = new Map<string, Signal<T | undefined>>();

  /** Also follows a key that has no value yet. */
  get(key: string): T | undefined {
    const known = this.#cells.get(key);
    if (known) this.#cells.delete(key);
    else if (this.#cells.size > MOST_EMPTY) this.#prune();
    const cell = known ?? signal<T | undefined>(undefined);
    this.#cells.set(key, cell); // to the end
    return cell.value;
  }

  /** Follows nothing. */
  peek(key: string): T | undefined {
    return this.#cells.get(key)?.peek();
  }

  has(key: string): boolean {
    return this.peek(key) !== undefined;
  }

  set(key: string, value: T): void {
    const cell = this.#cells.get(key);
    if (cell) cell.value = value;
    else this.#cells.set(key, signal<T | undefined>(value));
  }

  /** Who has read it keeps what it has read, and finds nothing when it reads again. */
  delete(key: string): void {
    this.#cells.delete(key);
  }

  /** Those with a value, the longest unused first. */
  entries(): [string, T][] {
    return [...this.#cells].flatMap(([key, cell]) => {
      const value = cell.peek();
      return value === undefined ? [] : [[key, value] as [string, T]];
    });
  }

  #prune(): void {
    for (const [key, cell] of this.#cells) if (cell.peek() === undefined) this.#cells.delete(key);
  }
}

/** For what keeps its state to itself: whoever asks it for anything reads the version, and every change is another one. */
export class Version {
  readonly #count = signal(0);

  read(): void {
    void this.#count.value;
  }

  changed(): void {
    this.#count.value = this.#count.peek() + 1;
  }
}
