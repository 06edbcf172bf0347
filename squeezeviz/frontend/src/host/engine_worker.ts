/** The engine in a worker of its own, so that the page follows the pointer whatever is computed. */
import type { FromEngine, Port, ToEngine } from "./door.ts";

type Listener = (event: MessageEvent<FromEngine>) => void;

/** A worker's end of the way that loses nothing: what it says waits until somebody listens. */
export class EngineWorker implements Port<ToEngine, FromEngine> {
  /** Whether it listens. False where the browser, or the policy of whoever serves the page, lets no worker run. */
  readonly isHere: Promise<boolean>;
  /** Called with what the browser says, once it has broken down. */
  onlost: (reason: string) => void = () => undefined;
  readonly #worker: Worker;
  readonly #waiting: MessageEvent<FromEngine>[] = [];
  #listener: Listener | null = null;

  /**
   * @param program Its text.
   * @returns Null where the browser says no at once; others do so in an event.
   */
  static of(program: string): EngineWorker | null {
    const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
    try {
      return new EngineWorker(new Worker(url), () => URL.revokeObjectURL(url));
    } catch {
      URL.revokeObjectURL(url);
      return null;
    }
  }

  constructor(worker: Worker, settled: () => void = () => undefined) {
    this.#worker = worker;
    this.isHere = new Promise((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<FromEngine>) => {
        if (data.kind !== "here") return;
        worker.onmessage = (event) => this.#hear(event);
        resolve(true);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        resolve(false); // of no effect once it is here
        this.onlost(event.message);
      };
    });
    void this.isHere.then(settled);
  }

  get onmessage(): Listener | null {
    return this.#listener;
  }

  set onmessage(listener: Listener | null) {
    this.#listener = listener;
    // Whoever hears the first may leave the others to somebody else.
    while (this.#listener && this.#waiting.length) this.#listener(this.#waiting.shift() as MessageEvent<FromEngine>);
  }

  postMessage(message: ToEngine, transfer: Transferable[]): void {
    this.#worker.postMessage(message, transfer);
  }

  close(): void {
    this.#worker.terminate();
  }

  #hear(event: MessageEvent<FromEngine>): void {
    if (this.#listener) this.#listener(event);
    else this.#waiting.push(event);
  }
}
