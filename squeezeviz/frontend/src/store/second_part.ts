/**
 * The page's second part: a program of its own, with the views that open on demand and what the store has for them. A widget
 * asks its kernel for it once the page has been painted, or as soon as somebody wants what is in it; a page without a kernel
 * has it from the start. It is loaded once a page: while one store asks, the others wait.
 */
import { batch, effect, signal, untracked } from "@preact/signals-core";
import { runBeside } from "../host/beside.ts";
import type { SecondPartMessage } from "../protocol.ts";
import type { Later, LaterParts } from "./later.ts";
import type { Cleanup } from "./types.ts";

type Make = (parts: LaterParts) => Later;

const make = signal<Make | null>(null);
const asking = signal<SecondPart | null>(null);

/** Called by the second part, once it is there. */
export function joinLater(made: Make): void {
  make.value = made;
}

interface Due {
  act: (later: Later) => void;
  failed: (problem: string) => void;
}

export class SecondPart {
  readonly #parts: LaterParts;
  readonly #later = signal<Later | null>(null);
  readonly #isWanted = signal(false);
  readonly #isAwaited = signal(false);
  readonly #problem = signal("");
  /** How often it was asked for. */
  readonly #round = signal(0);
  readonly #forget: Cleanup[];
  /** What is to be done with it, by what it is for: who asks twice wants it once. */
  readonly #due = new Map<string, Due>();

  constructor(parts: LaterParts) {
    this.#parts = parts;
    this.#forget = [effect(() => this.#join(make.value)), effect(() => this.#follow())];
  }

  /** What the store has of it; null until it is there. */
  later(): Later | null {
    return this.#later.value;
  }

  /** Whether somebody waits for it. */
  isAwaited(): boolean {
    return this.#isAwaited.value && !this.#later.value && !this.#problem.value;
  }

  /** Why it is not there; empty while it may come. */
  problem(): string {
    return this.#problem.value;
  }

  /** Have it there before anybody wants it. */
  fetch(): void {
    this.#isWanted.value = true;
  }

  /** Somebody waits for it. */
  want(): void {
    batch(() => {
      this.#isWanted.value = this.#isAwaited.value = true;
    });
  }

  /** After a failure. */
  again(): void {
    batch(() => {
      this.#problem.value = "";
      this.#round.value += 1;
      this.want();
    });
  }

  /** Do something with it: now, or once it is there. @param failed Called with the reason where it does not come. */
  use(what: string, act: Due["act"], failed: Due["failed"]): void {
    const later = this.#later.peek();
    if (later) return act(later);
    this.#due.set(what, { act, failed });
    if (this.#problem.peek()) this.again();
    else this.want();
  }

  close(): void {
    for (const forget of this.#forget) forget();
    if (asking.peek() === this) asking.value = null;
    this.#later.peek()?.close();
  }

  #join(make: Make | null): void {
    if (!make) return;
    untracked(() => {
      const later = make(this.#parts);
      this.#later.value = later;
      for (const { act } of this.#taken()) act(later);
    });
  }

  /** Ask for it, if it is wanted and nobody else asks. */
  #follow(): void {
    const isDue = this.#isWanted.value && !make.value;
    const other = asking.value;
    if (!isDue || (other && other !== this)) return;
    const isHopeless = this.#problem.value !== "" || this.#parts.isSilent();
    asking.value = isHopeless ? null : this;
    if (isHopeless) return;
    const key = `second part ${this.#round.value}`;
    const read = ({ buffers }: SecondPartMessage) => runBeside(new TextDecoder().decode(buffers.program));
    const { known, problem } = this.#parts.resources.get(key, { kind: "second_part" }, read);
    if (known || problem) this.#fail(known || problem);
  }

  #fail(problem: string): void {
    this.#problem.value = problem;
    for (const { failed } of this.#taken()) failed(problem);
  }

  #taken(): Due[] {
    const due = [...this.#due.values()];
    this.#due.clear();
    return due;
  }
}
