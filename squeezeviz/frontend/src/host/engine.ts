/** Starting the engine, and handing it what a page carries. */
import { type Block, type FromEngine, type Port, PROGRAM, type Program, type ToEngine } from "./door.ts";
import { EngineWorker } from "./engine_worker.ts";

/** `onlost` is called where it has broken down, `onquiet` where it says nothing for long, and when it is heard again. */
export type EnginePort = Port<ToEngine, FromEngine> & {
  onlost?: (reason: string) => void;
  onquiet?: (is: boolean) => void;
};

export interface Engine {
  port: EnginePort;
  /** False where this browser makes no worker of a page's own text: then it computes on the page itself. */
  isWorker: boolean;
}

/** @returns Null where the browser, or the policy of whoever serves the page, allows none. */
export async function workerOf(program: string): Promise<EngineWorker | null> {
  const worker = EngineWorker.of(program);
  return worker && (await worker.isHere) ? worker : null;
}

/**
 * Where no worker may be.
 *
 * @param program Its text.
 * @param path Where that lies by itself, if anywhere: such a page's policy lets no text run.
 */
export async function onPage(program: string, path?: string): Promise<Engine> {
  const script = document.createElement("script");
  const isThere = new Promise((resolve) => {
    script.onload = resolve;
  });
  if (path) script.src = path;
  else script.textContent = program;
  document.head.append(script);
  if (path) await isThere;
  script.remove();
  const { serve } = (globalThis as { [PROGRAM]?: Program })[PROGRAM] as Program;
  const { port1, port2 } = new MessageChannel();
  serve(port2);
  return { port: port1, isWorker: false };
}

/** Bytes are handed over, not copied. */
export function hand(port: EnginePort, index: number, block: Block): void {
  port.postMessage({ kind: "block", index, block }, typeof block === "string" ? [] : [block.buffer]);
}

/** What every page asks for to begin with is asked for at once, before there is a page. */
export const FIRST = "first";

/** Say which block a page's contents are: the others may come before or after. */
export function begin(port: EnginePort, entry: number): void {
  port.postMessage({ kind: "open", entry }, []);
  port.postMessage({ kind: "ask", content: { kind: "ready", id: FIRST }, buffers: [] }, []);
}

/** There are no more blocks. */
export function end(port: EnginePort): void {
  port.postMessage({ kind: "whole" }, []);
}
