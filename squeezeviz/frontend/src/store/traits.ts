/** What is chosen, as page and kernel hold it in common: a signal a trait. */
import { batch, type Signal, signal } from "@preact/signals-core";
import type { Comm, Model } from "../host/comm.ts";
import { SETTABLE, type Trait, type Traits } from "../protocol.ts";

/** Their name on every page and in every request: a preprocessing of one's own. */
export const YOURS = "yours";

type Held = { [Name in Trait]: Signal<Traits[Name]> };

export class ChosenTraits {
  readonly #model: Model;
  readonly #comm: Comm;
  readonly #signals: Held;
  readonly #listeners = new Map<string, () => void>();
  readonly #followers: { names: readonly Trait[]; then: (name: Trait) => void }[] = [];

  constructor(model: Model, comm: Comm) {
    this.#model = model;
    this.#comm = comm;
    this.#signals = Object.fromEntries(SETTABLE.map((name) => [name, signal(model.get(name))])) as unknown as Held;
    for (const name of SETTABLE) {
      const listener = () => this.#hear(name);
      this.#listeners.set(name, listener);
      model.on(`change:${name}`, listener);
    }
  }

  get<Name extends Trait>(name: Name): Traits[Name] {
    return this.#signals[name].value;
  }

  set(traits: Partial<Traits>): void {
    this.#comm.set(traits);
  }

  /** What was chosen by whoever made the page. */
  given(): string[] {
    return this.#model.get("given");
  }

  /** What must follow at once, before anybody draws. */
  whenChanged(names: readonly Trait[], then: (name: Trait) => void): void {
    this.#followers.push({ names, then });
  }

  /** What tells one preprocessing from another: one's own changes while its name stays. */
  presetKey(preset: string): string {
    return preset === YOURS ? `${YOURS} ${JSON.stringify(this.get("tuned"))}` : preset;
  }

  close(): void {
    for (const [name, listener] of this.#listeners) this.#model.off(`change:${name}`, listener);
  }

  #hear<Name extends Trait>(name: Name): void {
    batch(() => {
      this.#signals[name].value = this.#model.get(name);
      for (const { names, then } of this.#followers) if (names.includes(name)) then(name);
    });
  }
}
