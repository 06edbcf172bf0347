/** Starting the engine: in a worker of its own, so that the page follows the pointer whatever is computed. */
import { type FromEngine, type Port, PROGRAM, type Program, type ToEngine } from "./door.ts";

export interface Engine {
  port: Port<ToEngine, FromEngine>;
  /** False where this browser makes no worker of a page's own text: then it computes on the page itself. */
  isWorker: boolean;
}

/**
 * @param program Its text.
 * @param path Where that lies by itself, if anywhere: such a page's policy lets no text run.
 */
export async function startEngine(program: string, path?: string): Promise<Engine> {
  const worker = await workerOf(program);
  return worker ? { port: worker, isWorker: true } : { port: await onPage(program, path), isWorker: false };
}

/** @returns Null where the browser, or the policy of whoever serves the page, allows none. */
export async function workerOf(program: string): Promise<Worker | null> {
  const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  try {
    const worker = new Worker(url);
    return (await isHere(worker)) ? worker : null;
  } catch {
    return null; // some browsers say no at once, others in an event
  } finally {
    URL.revokeObjectURL(url);
  }
}

const isHere = (worker: Worker): Promise<boolean> =>
  new Promise((resolve) => {
    worker.onmessage = () => resolve(true);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve(false);
    };
  });

async function onPage(program: string, path?: string): Promise<Port<ToEngine, FromEngine>> {
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
  return port1;
}
