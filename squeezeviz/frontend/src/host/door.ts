/**
 * What crosses between a page and the engine that answers it, beside the messages of protocol.ts: these travel as they do
 * to a kernel, with their buffers handed over rather than copied.
 */
import type { Exactness } from "../engine/exactness.ts";
import type { KernelsName } from "../engine/kernels/machine.ts";
import type { Traits } from "../protocol.ts";

export type ToEngine =
  /** Which of a page's blocks is its contents. The blocks follow, in any order. */
  | { kind: "open"; entry: number }
  | { kind: "block"; index: number; block: Block }
  /** There are no more of them. */
  | { kind: "whole" }
  | { kind: "set"; traits: Partial<Traits> }
  /** Is anybody there? Answered at once, unless something is being computed. */
  | { kind: "beat" }
  /** A request, its buffers by their names' order; of a photo that is painted on and not here, what is said of it. */
  | { kind: "ask"; content: Record<string, unknown>; buffers: ArrayBuffer[]; of?: Origin };

/** Numbers or a picture: the file's text, or bytes where they came by themselves. */
export type Block = string | Uint8Array<ArrayBuffer>;

/** What a kernel says of a photo that is painted on. */
export interface Origin {
  notes: string[];
  caution: string;
}

export type FromEngine =
  /** It listens. */
  | { kind: "here" }
  | { kind: "beat" }
  | { kind: "opened"; file: File }
  | { kind: "refused"; problem: string }
  | { kind: "set"; traits: Partial<Traits> }
  | { kind: "told"; content: Record<string, unknown>; buffers: DataView[] }
  | { kind: "progress"; progress: Progress };

export interface About {
  sha256: string;
  parameters: number;
  version: string;
  date: string;
  /** What rounding the weights to half precision has changed, in words; empty where they were not. */
  rounding: string;
}

/** What the page says of the file, once it is open. */
export interface File {
  traits: Traits;
  about: About;
  model: string;
  layers: number;
  photos: number;
  /** The fastest that run here. */
  kernels: KernelsName;
  /** The blocks that are the network's weights. */
  weights: readonly number[];
  /** Whether these are in half precision. */
  is_half: boolean;
}

/** What the page says of its numbers. */
export interface Progress {
  layers: number;
  done: number;
  /** 0 while they are being computed. */
  ms: number;
  exactness: Exactness;
  problem: string;
}

/** One end of the way: a worker, what a worker calls itself, or a port within one page. */
export interface Port<Sent, Heard> {
  postMessage(message: Sent, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<Heard>) => void) | null;
}

/** The engine's program, where it is not in a worker. */
export const PROGRAM = Symbol.for("squeezeviz.engine");

export interface Program {
  serve(port: Port<FromEngine, ToEngine>): void;
}
