/** The model that is on its way from the person's machine: each piece is sent when the kernel has the one before. */
import { batch, signal } from "@preact/signals-core";
import type { Comm } from "../host/comm.ts";
import { newId } from "../host/ids.ts";
import type { ArrivingMessage } from "../protocol.ts";
import type { Networks } from "./networks.ts";

const PIECE_BYTES = 1 << 20;

export interface Coming {
  id: string;
  name: string;
  /** Of its files that the kernel has. */
  bytes: number;
  total: number;
  /** Whether the kernel has them all, and reads the network. */
  isLoading: boolean;
}

export class Arrival {
  readonly #comm: Comm;
  readonly #networks: Networks;
  readonly #now = signal<Coming | null>(null);
  /** Called when the kernel has taken more, or nobody wants the model any more. */
  #goOn: () => void = () => undefined;

  constructor(comm: Comm, networks: Networks) {
    this.#comm = comm;
    this.#networks = networks;
  }

  /** Null while none is on its way. */
  now(): Coming | null {
    return this.#now.value;
  }

  /** @param files Of one model; the network first. */
  async bring(files: File[]): Promise<void> {
    const [first] = files;
    if (!first) return;
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const limit = this.#networks.setting().model_limit_bytes ?? Infinity;
    if (total > limit) {
      const sizes = `${megabytes(total)}, and models of up to ${megabytes(limit)} are taken from a page`;
      this.#networks.refuse(`${first.name}: has ${sizes}. Give its path to Python: sv.explore(model=PATH)`);
      return;
    }
    this.leave();
    const coming = { id: newId(), name: first.name, bytes: 0, total, isLoading: false };
    batch(() => {
      this.#networks.forgiven();
      this.#now.value = coming;
    });
    let sent = 0;
    for (const [file, each] of files.entries()) {
      const count = Math.max(1, Math.ceil(each.size / PIECE_BYTES));
      for (let index = 0; index < count; index += 1) {
        const piece = await pieceOf(each, index);
        if (!(await this.#hasAll(coming.id, sent))) return;
        if (!piece) {
          this.#networks.refuse(`${each.name}: the browser cannot read it. A folder? Drop the files in it instead`);
          this.leave();
          return;
        }
        const place = { file, files: files.length, index, count };
        this.#comm.ask({ kind: "model-piece", name: each.name, ...place, buffers: { piece } }, { id: coming.id });
        sent += piece.byteLength;
      }
    }
  }

  /** The one before goes on. */
  leave(): void {
    const now = this.#now.peek();
    if (!now) return;
    this.settled(now.id);
    this.#comm.stop(now.id, "leave-model");
  }

  // What comes of it --------------------------------------------------------------------------------------------------

  receive({ id, bytes, is_loading }: ArrivingMessage): void {
    const now = this.#now.peek();
    if (now?.id !== id) return;
    this.#now.value = { ...now, bytes, isLoading: is_loading };
    this.#goOn();
  }

  /** It answers, or will not. @returns Whether it was this one. */
  settled(id: string): boolean {
    if (!id || this.#now.peek()?.id !== id) return false;
    this.#now.value = null;
    this.#goOn();
    return true;
  }

  /** Waits until the kernel has what was sent: it may hear a later piece first. @returns Whether it is still wanted. */
  async #hasAll(id: string, sent: number): Promise<boolean> {
    for (;;) {
      const now = this.#now.peek();
      if (now?.id !== id) return false;
      if (now.bytes >= sent) return true;
      await new Promise<void>((resolve) => {
        this.#goOn = resolve;
      });
    }
  }
}

async function pieceOf(file: File, index: number): Promise<ArrayBuffer | null> {
  try {
    return await file.slice(index * PIECE_BYTES, (index + 1) * PIECE_BYTES).arrayBuffer();
  } catch {
    return null;
  }
}

/** As files are spoken of: millions of bytes. */
export function megabytes(bytes: number): string {
  const size = bytes / 1e6;
  return size >= 9.95
    ? `${Math.round(size)} MB`
    : size >= 0.095
      ? `${size.toFixed(1)} MB`
      : `${Math.ceil(bytes / 1e3)} KB`;
}
