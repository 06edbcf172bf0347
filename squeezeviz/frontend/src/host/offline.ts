/**
 * A page without a kernel: the model that comm.ts is given, so that everything above it is what it is in a notebook. What
 * answers is the engine's ../answers; here is only what passes on.
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import { NOTHING_COMPARED } from "../engine/exactness.ts";
import type { Traits } from "../protocol.ts";
import type { Model, Silence } from "./comm.ts";
import type { FromEngine, File as Opened, Progress } from "./door.ts";
import { type Engine, FIRST } from "./engine.ts";
import { QUIET_S } from "./engine_worker.ts";

// biome-ignore lint/suspicious/noExplicitAny: as in Model, each event has values of its own
type Listener = (...values: any[]) => void;

/** What the page says of the file. */
export interface File extends Opened {
  /** Bytes within it: of the network's weights, and of all else that it carries. */
  network_bytes: number;
  other_bytes: number;
}

const QUIET =
  `What computes on this page has said nothing for ${QUIET_S} s: it has much to do, or the browser has ended it, for want of ` +
  "memory as a rule (other tabs closed give some back). ";

/** What is said of a request, with its buffers. */
type Told = [content: Record<string, unknown>, buffers: DataView[]];

export class OfflineHost implements Model {
  readonly file: File;
  /** Whether the page itself computes: see `onPage`. */
  readonly isOnPage: boolean;
  /** Whether blocks are still on their way; told by whoever fetches them. */
  #isArriving = false;
  readonly #engine: Engine["port"];
  readonly #traits: Traits;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #changed = new Set<string>();
  readonly #progress = signal<Progress>({ layers: 0, done: 0, ms: 0, exactness: NOTHING_COMPARED, problem: "" });
  /** What the browser says of the engine's end; null while it is there. */
  readonly #lost = signal<string | null>(null);
  readonly #isQuiet = signal(false);
  /** What was said before the page has asked; null since it has. */
  #early: Told[] | null = [];
  /** The page's own id of what was asked before there was a page. */
  #first: unknown = FIRST;

  /**
   * @param engine What has begun with a page's contents.
   * @param sizes Of the page's blocks within its file, by number.
   * @throws What the engine says of a file that is not whole; or that it says nothing any more.
   */
  static async open(engine: Engine, sizes: ReadonlyMap<number, number>): Promise<OfflineHost> {
    return new Promise((resolve, reject) => {
      engine.port.onquiet = (is) => is && reject(new Error(`${QUIET}Open the page again.`));
      engine.port.onmessage = ({ data }) => {
        if (data.kind === "refused") reject(new Error(data.problem));
        if (data.kind === "opened") resolve(new OfflineHost(engine, data.file, sizes));
      };
    });
  }

  private constructor({ port, isWorker }: Engine, file: Opened, sizes: ReadonlyMap<number, number>) {
    const sum = (of: Iterable<number>) => [...of].reduce((bytes, index) => bytes + (sizes.get(index) ?? 0), 0);
    const network = sum(file.weights);
    this.file = { ...file, network_bytes: network, other_bytes: sum(sizes.keys()) - network };
    this.isOnPage = !isWorker;
    this.#engine = port;
    this.#traits = structuredClone(file.traits);
    port.onmessage = ({ data }) => this.#hear(data);
    port.onlost = (reason) => {
      this.#lost.value = reason;
      this.#emit("lost");
    };
    port.onquiet = (is) => {
      this.#isQuiet.value = is;
      this.#emit("quiet", is);
    };
  }

  get isArriving(): boolean {
    return this.#isArriving;
  }

  set isArriving(is: boolean) {
    this.#isArriving = is;
    if (!is) this.#emit("arrived");
  }

  get comm_live(): boolean {
    return this.#lost.peek() === null;
  }

  /** What to say where nothing is answered. */
  silence(): Silence {
    const lost = this.#lost.value;
    const why = lost && ` (${lost})`;
    const open = this.#isQuiet.value
      ? `${QUIET}What is here stays to be looked at. Wait, or open the page again.`
      : "What computes on this page does not answer: it has much to do, or has stopped. Wait, or open the page again.";
    const words =
      lost === null
        ? open
        : `What computes on this page has stopped${why}. What is here stays to be looked at; opened again, the page has the ` +
          "photos of its file, and others are brought to it anew.";
    return { words, remedy: "Open it again", begin: () => location.reload() };
  }

  /** What the numbers say of themselves. */
  get progress(): ReadonlySignal<Progress> {
    return this.#progress;
  }

  get<Name extends keyof Traits>(name: Name): Traits[Name] {
    return this.#traits[name];
  }

  set(name: string, value: unknown): void {
    if (this.#note(name, value)) this.#changed.add(name);
  }

  save_changes(): void {
    if (!this.#changed.size) return;
    const traits = Object.fromEntries([...this.#changed].map((name) => [name, this.#traits[name as keyof Traits]]));
    this.#changed.clear();
    this.#engine.postMessage({ kind: "set", traits: traits as Partial<Traits> }, []);
  }

  send(sent: unknown, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    const content = sent as Record<string, unknown>;
    if (content.kind === "ready" && this.#early) return queueMicrotask(() => this.#begin(content.id));
    // Copied, not handed over: the page shows a frame once more when it is answered.
    this.#engine.postMessage({ kind: "ask", content, buffers }, []);
  }

  on(event: string, listener: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  #emit(event: string, ...values: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...values);
  }

  /** It was asked before there was a page: see `begin` of engine.ts. */
  #begin(request: unknown): void {
    const early = this.#early ?? [];
    this.#early = null;
    this.#first = request;
    for (const told of early) this.#tell(told);
  }

  #tell([content, buffers]: Told): void {
    this.#emit("msg:custom", content.id === FIRST ? { ...content, id: this.#first } : content, buffers);
  }

  #hear(data: FromEngine): void {
    if (data.kind === "told") {
      if (this.#early) this.#early.push([data.content, data.buffers]);
      else this.#tell([data.content, data.buffers]);
    }
    if (data.kind === "progress") this.#progress.value = data.progress;
    if (data.kind === "set") for (const [name, value] of Object.entries(data.traits)) this.#note(name, value);
  }

  /** @returns Whether it is another one. */
  #note(name: string, value: unknown): boolean {
    const traits = this.#traits as unknown as Record<string, unknown>;
    if (JSON.stringify(traits[name]) === JSON.stringify(value)) return false;
    traits[name] = value;
    this.#emit(`change:${name}`);
    return true;
  }
}
