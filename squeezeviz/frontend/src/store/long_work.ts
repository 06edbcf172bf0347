/** One piece of the kernel's long work at a time: asked for, told in steps, stopped when nobody wants it. */
import { signal } from "@preact/signals-core";
import type { Comm } from "../host/comm.ts";
import type { Failure } from "./types.ts";

/** As it is now: what comes of it is another one. */
export interface Work {
  /** Of the request. */
  id: string;
  state: "running" | "whole" | "stopped" | "failed";
  done: number;
  /** 0 until the first answer. */
  total: number;
  /** Why it failed, in words. */
  problem: string;
}

export const BEGUN = { state: "running", done: 0, total: 0, problem: "" } as const;

export class LongWork<Made extends Work> {
  readonly #comm: Comm;
  readonly #last = signal<Made | null>(null);

  constructor(comm: Comm) {
    this.#comm = comm;
  }

  /** What was asked for last, running or not; null where nothing was. */
  last(): Made | null {
    return this.#last.value;
  }

  begin(made: Made): void {
    this.#last.value = made;
  }

  /** As if nothing had been asked for. */
  forget(): void {
    this.#last.value = null;
  }

  isRunning(): boolean {
    return this.#running() !== null;
  }

  /** @returns What runs, if this is its request: an answer may come of one that was stopped while it was on its way. */
  running(id: string): Made | null {
    const running = this.#running();
    return running?.id === id ? running : null;
  }

  become(next: Partial<Made>): void {
    const last = this.#last.peek();
    if (last) this.#last.value = { ...last, ...next };
  }

  /** @returns Whether anything was under way. */
  stop(): boolean {
    const running = this.#running();
    if (!running) return false;
    this.#comm.stop(running.id);
    this.lost();
    return true;
  }

  /** @returns Whether it was this request. */
  fail({ id, message }: Failure): boolean {
    if (!this.running(id)) return false;
    this.become({ state: "failed", problem: message } as Partial<Made>);
    return true;
  }

  /** Nobody answers any more. */
  lost(): void {
    if (this.#running()) this.become({ state: "stopped" } as Partial<Made>);
  }

  #running(): Made | null {
    const last = this.#last.peek();
    return last?.state === "running" ? last : null;
  }
}
