/**
 * The engine of a page in a folder: it starts as soon as its own file is there, and is given the others as they come. A small
 * program of the page's head begins with that; the page's own, which is far larger, takes it over.
 */
import { begin, type Engine, end, hand, onPage } from "./engine.ts";
import { EngineWorker } from "./engine_worker.ts";
import { type Arriving, fetched, type Site } from "./site.ts";

const EARLY = Symbol.for("squeezeviz.early-site");

export class EarlySite {
  readonly engine: Promise<Engine>;
  /** Everything is there, and checked. @throws An `Error` whose message says what to do. */
  readonly isWhole: Promise<void>;
  #tell: Arriving = () => undefined;
  #far: Parameters<Arriving> = [0, 0];

  constructor(site: Site) {
    let come: (program: string) => void = () => undefined;
    const program = new Promise<string>((resolve) => {
      come = resolve;
    });
    // A worker is told everything at once, and hears it when it listens: that takes it as long as all else.
    const worker = program.then((text) => EngineWorker.of(text));
    const tell = (say: (worker: EngineWorker) => void) => void worker.then((made) => made && say(made));
    tell((made) => begin(made, site.entry));
    const arrived = this.#fetched(site, {
      program: come,
      block: (index, bytes) => tell((made) => hand(made, index, bytes)),
    }).then(() => tell(end));
    this.engine = Promise.all([program, worker]).then(async ([text, made]) =>
      made && (await made.isHere) ? { port: made, isWorker: true } : this.#onPage(site, text),
    );
    this.isWhole = arrived.then(() => this.engine).then(() => undefined);
    for (const each of [this.isWhole, this.engine]) each.catch(() => undefined); // said by whoever takes it over
  }

  /** What was handed to a worker that may not be is gone: the browser has kept the files. */
  async #onPage(site: Site, text: string): Promise<Engine> {
    const engine = await onPage(text, site.engine.path);
    begin(engine.port, site.entry);
    await this.#fetched(site, { program: () => undefined, block: (index, bytes) => hand(engine.port, index, bytes) });
    end(engine.port);
    return engine;
  }

  #fetched(site: Site, take: Parameters<typeof fetched>[2]): Promise<void> {
    return fetched(site, (...far) => this.#come(far), take);
  }

  /** Hear how far it is, from now on. */
  follow(tell: Arriving): void {
    this.#tell = tell;
    tell(...this.#far);
  }

  #come(far: Parameters<Arriving>): void {
    this.#far = far;
    this.#tell(...far);
  }
}

export function leaveForPage(early: EarlySite): void {
  Object.assign(globalThis, { [EARLY]: early });
}

/** What has begun already; else it begins now. */
export const engineOf = (site: Site): EarlySite =>
  (globalThis as { [EARLY]?: EarlySite })[EARLY] ?? new EarlySite(site);
