/** Whatever is asked for once, kept, and given to whoever asks again; or why there is none. */
import { batch, type Signal, signal } from "@preact/signals-core";
import type { Asked, Comm } from "../host/comm.ts";
import type { Message, StepsMessage } from "../protocol.ts";
import { Cells, Version } from "./signals.ts";
import type { Failure } from "./types.ts";

const MOST = 160;

export interface Resource<T> {
  /** Null while it is on its way. */
  known: T | null;
  /** What to show meanwhile: the last that was known in its lane. */
  before: T | null;
  /** Why there is none. */
  problem: string;
  /** Of what takes long and can be stopped. */
  steps?: Steps;
}

/** How far something is. */
export interface Steps {
  /** What it is known by. */
  key: string;
  done: number;
  /** 0 until it is known. */
  total: number;
  isStopped: boolean;
}

export interface Lane {
  /** Of resources that follow each other on show, such as the evidence for one class and that for the next. */
  name: string;
  /** One at a time: while a slider moves, what lies between is left out. */
  isInTurn?: boolean;
  /** Whether it can be stopped; once it has said how far it is, the next one stops it. */
  isStoppable?: boolean;
}

interface Outcome {
  known: unknown;
  problem: string;
}

interface Open {
  key: string;
  lane: string;
  isStoppable: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: whoever asks knows what answers it
  read: (message: any) => unknown;
}

export class Resources {
  readonly #comm: Comm;
  readonly #isSilent: () => boolean;
  readonly #outcomes = new Cells<Outcome>();
  /** By key, of what can be stopped. */
  readonly #steps = new Cells<Steps>();
  readonly #lanes = new Map<string, Signal<{ known: unknown }>>();
  /** By request. */
  readonly #open = new Map<string, Open>();
  /** Asked before the kernel fell silent. It may have been busy, and answer all the same. */
  readonly #lapsed = new Map<string, Open>();
  /** Of any of them. */
  readonly version = new Version();

  constructor(comm: Comm, isSilent: () => boolean) {
    this.#comm = comm;
    this.#isSilent = isSilent;
  }

  /**
   * What is known under a key; if nothing is, it is asked for. Whoever reads it follows it.
   *
   * @param key Tells all that may be asked apart.
   * @param read What to make of the reply.
   */
  get<M extends Message, T>(
    key: string,
    asked: Asked,
    read: (message: M) => T | Promise<T>,
    lane: Lane = { name: asked.kind },
  ): Resource<T> {
    const outcome = this.#outcomes.get(key);
    const last = this.#lane(lane.name);
    if (outcome) {
      if (outcome.known !== null) last.peek().known = outcome.known;
      const [known, before] = [outcome.known, last.peek().known] as [T | null, T | null];
      return { known, before, problem: outcome.problem };
    }
    const before = last.value.known as T | null;
    const { name, isInTurn = false, isStoppable = false } = lane;
    const steps = isStoppable ? (this.#steps.get(key) ?? { key, done: 0, total: 0, isStopped: false }) : undefined;
    if (!steps?.isStopped) this.#ask({ key, lane: name, isStoppable, read }, asked, isInTurn);
    return { known: null, before, problem: "", ...(steps && { steps }) };
  }

  /**
   * What is under way and can be stopped ends; what was known before stays.
   *
   * @param key All that have said how far they are, unless one is named.
   * @returns Whether anything was.
   */
  stop(key?: string): boolean {
    const isDue = (open: Open) => open.isStoppable && (key ? open.key === key : this.#steps.has(open.key));
    const due = [...this.#open].filter(([, open]) => isDue(open));
    for (const [id, open] of due) {
      this.#leave(id);
      const { done, total } = this.#steps.peek(open.key) ?? { done: 0, total: 0 };
      this.#steps.set(open.key, { key: open.key, done, total, isStopped: true });
    }
    return due.length > 0;
  }

  /** Whether anything that can be stopped has said how far it is. */
  isRunning(): boolean {
    return [...this.#open.values()].some(({ key, isStoppable }) => isStoppable && this.#steps.has(key));
  }

  /** What was stopped is asked for after all. */
  resume(key: string): void {
    this.#steps.set(key, { key, done: 0, total: 0, isStopped: false });
  }

  /** How far an answer is. */
  advance({ id, done, total }: StepsMessage): void {
    const open = this.#open.get(id);
    if (!open) return;
    const isNews = !this.#steps.has(open.key);
    this.#steps.set(open.key, { key: open.key, done, total, isStopped: false });
    const last = this.#lane(open.lane);
    if (isNews) last.value = { ...last.peek() }; // who waits for its turn need not
  }

  /** What was last known in a lane. */
  last<T>(lane: string): T | null {
    return this.#lane(lane).value.known as T | null;
  }

  /** @returns Whether it was one of these requests that was answered. */
  receive(message: Message): boolean {
    const asked = this.#asked(message.id);
    if (!asked) return false;
    const made = asked.read(message);
    if (made instanceof Promise) {
      const keep = (outcome: Outcome) => batch(() => this.#keep(message.id, asked, outcome));
      made.then(
        (known) => keep({ known, problem: "" }),
        (error) => keep({ known: null, problem: `what came cannot be shown: ${error}` }),
      );
    } else this.#keep(message.id, asked, { known: made, problem: "" });
    return true;
  }

  /** @returns Whether it was one of these requests. */
  fail({ id, message }: Failure): boolean {
    const asked = this.#asked(id);
    if (asked) this.#keep(id, asked, { known: null, problem: message });
    return asked !== undefined;
  }

  /** What it was about is gone: there is nothing to know, and nothing to say. */
  gone(id: string): void {
    const asked = this.#asked(id);
    if (asked) this.#keep(id, asked, { known: null, problem: "" });
  }

  /** What was asked in vain may be asked again. */
  forgetOpen(): void {
    for (const [id, open] of this.#open) this.#lapsed.set(id, open);
    this.#open.clear();
  }

  /** What failed may be asked again: photos have been answered anew. */
  forgetProblems(): void {
    for (const [key, { known }] of this.#outcomes.entries()) if (known === null) this.#outcomes.delete(key);
  }

  #ask(open: Open, asked: Asked, isInTurn: boolean): void {
    if (this.#isSilent()) return;
    const isLong = ({ key, isStoppable }: Open) => isStoppable && this.#steps.has(key);
    for (const each of this.#open.values()) {
      if (each.key === open.key || (isInTurn && each.lane === open.lane && !isLong(each))) return;
    }
    for (const [id, each] of [...this.#open]) {
      const { key, lane } = each;
      if (lane !== open.lane || !isLong(each)) continue;
      this.#leave(id);
      // Whoever else waits for it asks again; and here somebody is rendering.
      queueMicrotask(() => this.resume(key));
    }
    this.#open.set(this.#comm.ask(asked), open);
  }

  /** Nobody waits for it any more. */
  #leave(id: string): void {
    this.#open.delete(id);
    this.#comm.stop(id);
  }

  #asked(id: string): Open | undefined {
    return this.#open.get(id) ?? this.#lapsed.get(id);
  }

  #keep(id: string, { key, lane }: Open, outcome: Outcome): void {
    this.#open.delete(id);
    for (const [old, open] of this.#lapsed) if (open.key === key) this.#lapsed.delete(old);
    this.#steps.delete(key);
    this.#outcomes.set(key, outcome);
    const last = this.#lane(lane);
    last.value = { known: outcome.known ?? last.peek().known };
    const entries = this.#outcomes.entries();
    for (const [old] of entries.slice(0, Math.max(0, entries.length - MOST))) this.#outcomes.delete(old);
    this.version.changed();
  }

  #lane(name: string): Signal<{ known: unknown }> {
    const known = this.#lanes.get(name) ?? signal<{ known: unknown }>({ known: null });
    this.#lanes.set(name, known);
    return known;
  }
}
