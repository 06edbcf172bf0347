/**
 * The engine of a page in a folder: it starts as soon as its own file is there, and is given the others as they come. A small
 * program of the page's head begins with that; the page's own, which is far larger, takes it over.
 */
import { begin, type Engine, end, hand, startEngine } from "./engine.ts";
import { type Arriving, fetched, type Site } from "./site.ts";

const EARLY = Symbol.for("squeezeviz.early-site");

export class EarlySite {
  readonly engine: Promise<Engine>;
  /** Everything is there, and checked. @throws An `Error` whose message says what to do. */
  readonly isWhole: Promise<void>;
  #tell: Arriving = () => undefined;
  #far: Parameters<Arriving> = [0, 0];

  constructor(site: Site) {
    let started: (engine: Promise<Engine>) => void = () => undefined;
    this.engine = new Promise((resolve) => {
      started = resolve;
    });
    const begun = this.engine.then(({ port }) => begin(port, site.entry));
    const arrived = fetched(site, (...far) => this.#come(far), {
      program: (text) => started(startEngine(text, site.engine.path)),
      block: (index, bytes) => void this.engine.then(({ port }) => hand(port, index, bytes)),
    });
    this.isWhole = arrived.then(() => begun).then(async () => end((await this.engine).port));
    this.isWhole.catch(() => undefined); // said by whoever takes it over
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
