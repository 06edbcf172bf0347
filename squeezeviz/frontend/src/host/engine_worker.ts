/** The engine in a worker of its own, so that the page follows the pointer whatever is computed. */
import type { FromEngine, Port, ToEngine } from "./door.ts";

type Listener = (event: MessageEvent<FromEngine>) => void;

const BEAT_MS = 5000;
const MOST_UNHEARD = 4; // counted, not timed: a computer that has slept hears one beat late
/** How long a worker has said nothing when it is taken for ended: a browser that wants memory ends one without a word. */
export const QUIET_S = (BEAT_MS * MOST_UNHEARD) / 1000;

/** A worker's end of the way that loses nothing: what it says waits until somebody listens. */
export class EngineWorker implements Port<ToEngine, FromEngine> {
  /** Whether it listens. False where the browser, or the policy of whoever serves the page, lets no worker run. */
  readonly isHere: Promise<boolean>;
  /** Called with what the browser says, once it has broken down. */
  onlost: (reason: string) => void = () => undefined;
  /** Called when it has said nothing for long, though asked whether it is there; and when it is heard again. */
  onquiet: (is: boolean) => void = () => undefined;
  readonly #worker: Worker;
  readonly #waiting: MessageEvent<FromEngine>[] = [];
  #listener: Listener | null = null;
  #beat: ReturnType<typeof setInterval> | undefined;
  /** Beats since it was heard last. */
  #unheard = 0;

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
        this.#beat = setInterval(() => this.#ask(), BEAT_MS);
        resolve(true);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        resolve(false); // of no effect once it is here
        clearInterval(this.#beat);
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
    clearInterval(this.#beat);
    this.#worker.terminate();
  }

  #ask(): void {
    if (this.#unheard === 0) this.#worker.postMessage({ kind: "beat" } satisfies ToEngine);
    this.#unheard += 1;
    if (this.#unheard === MOST_UNHEARD + 1) this.onquiet(true);
  }

  #hear(event: MessageEvent<FromEngine>): void {
    const wasQuiet = this.#unheard > MOST_UNHEARD;
    this.#unheard = 0;
    if (wasQuiet) this.onquiet(false);
    if (event.data.kind === "beat") return;
    if (this.#listener) this.#listener(event);
    else this.#waiting.push(event);
  }
}
