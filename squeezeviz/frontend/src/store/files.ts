/** Files that the host makes for the page: asked for, under way, kept where the browser keeps downloads, or impossible. */
import type { Asked, Comm } from "../host/comm.ts";
import type { Message } from "../protocol.ts";
import { Version } from "./signals.ts";
import type { Failure } from "./types.ts";

type Made = Extract<Asked, { kind: "page" | "figure" }>;

export interface Outcome {
  name: string;
  bytes: number;
  problem: string;
}

export class Files {
  readonly #comm: Comm;
  /** Request → kind. */
  readonly #open = new Map<string, string>();
  /** What became of the last of a kind. */
  readonly #last = new Map<string, Outcome>();
  readonly #version = new Version();

  constructor(comm: Comm) {
    this.#comm = comm;
  }

  /** Have a file made, and keep it. */
  make(asked: Made): void {
    this.#last.delete(asked.kind);
    this.#open.set(this.#comm.ask(asked), asked.kind);
    this.#version.changed();
  }

  /** A kind of file: whether one is being made, and what became of the last. */
  of(kind: Made["kind"]): { isWorking: boolean; last: Outcome | null } {
    this.#version.read();
    return { isWorking: [...this.#open.values()].includes(kind), last: this.#last.get(kind) ?? null };
  }

  /** @returns Whether it was a file. */
  receive(message: Message): boolean {
    if (message.kind !== "file") return false;
    const { id, name, type, buffers } = message;
    const blob = new Blob([buffers.file as BlobPart], { type });
    if (this.#settle(id, { name, bytes: blob.size, problem: "" })) keep(name, blob);
    return true;
  }

  /** @returns Whether it was one of these requests. */
  fail({ id, message }: Failure): boolean {
    return this.#settle(id, { name: "", bytes: 0, problem: message });
  }

  #settle(request: string, outcome: Outcome): boolean {
    const kind = this.#open.get(request);
    this.#open.delete(request);
    if (kind === undefined) return false;
    this.#last.set(kind, outcome);
    this.#version.changed();
    return true;
  }
}

function keep(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // a browser may ask its person first
}
