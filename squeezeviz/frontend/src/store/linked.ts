/** Of what a link says, what this page has; and in words what it has not. */
import type { Traits } from "../protocol.ts";
import { type Linked, quoted } from "./link.ts";
import type { Layer, Network } from "./types.ts";

/** What the page has. */
export interface Page {
  /** The network that answers, of maps as large as the photo's input makes them. */
  network: Network;
  /** How many classes there are. */
  classes: number;
  /** Preprocessings that can be chosen, by name. */
  presets: readonly string[];
  can(what: string): boolean;
}

export interface Fitting {
  traits: Partial<Traits>;
  problems: string[];
}

/** What a page shows only if it can do one of these, and how a sentence names it. */
const ABILITIES: readonly (readonly [keyof Traits, readonly string[], string])[] = [
  ["explaining", ["why", "what-if"], "the evidence for a class (why)"],
  ["contrast_class", ["why"], "the contrast class"],
  ["comparing", ["side-by-side"], "preprocessings side by side"],
  ["ablated", ["ablation"], "ablated channels"],
];

export function fitting({ model, traits }: Linked, page: Page): Fitting {
  const { network } = page;
  const fit = new Fit(network, { ...traits });
  if (model !== undefined && model !== network.name)
    fit.refuse(`it was made of ${quoted(model)}, and here ${quoted(network.name)} answers`);
  if (traits.preset !== undefined && !page.presets.includes(traits.preset))
    fit.refuse(`preprocessing ${quoted(traits.preset)}: this page has ${page.presets.join(", ")}`, "preset");
  fit.layer();
  fit.classes(page.classes);
  fit.numbers();
  for (const [trait, abilities, words] of ABILITIES)
    if (isOn(fit.traits[trait]) && !abilities.some(page.can)) fit.refuse(`this page cannot show ${words}`, trait);
  return fit;
}

class Fit implements Fitting {
  readonly problems: string[] = [];
  readonly traits: Partial<Traits>;
  readonly #network: Network;

  constructor(network: Network, traits: Partial<Traits>) {
    this.#network = network;
    this.traits = traits;
  }

  refuse(problem: string, ...traits: (keyof Traits)[]): void {
    this.problems.push(problem);
    for (const trait of traits) delete this.traits[trait];
  }

  layer(): void {
    const { layer: name, channel, cell } = this.traits;
    if (name === undefined) {
      if (isNumber(channel) || cell)
        this.refuse("channel and cell: of no layer; expected layer=NAME", "channel", "cell");
      return;
    }
    const layer = this.#named(name);
    if (!layer) return this.refuse(`layer ${quoted(name)}: ${this.#unknown()}`, "layer", "channel", "cell");
    const problem = isNumber(channel) ? channelProblem(layer, channel) : "";
    if (problem) this.refuse(problem, "channel", "cell");
    else if (cell && cellProblem(layer, cell)) this.refuse(cellProblem(layer, cell), "cell");
  }

  classes(count: number): void {
    const isBeyond = (index: number) => index >= count;
    const words = `there are classes 0 to ${count - 1}`;
    for (const trait of ["class_index", "contrast_class"] as const) {
      const index = this.traits[trait];
      if (isNumber(index) && isBeyond(index)) this.refuse(`class ${index}: ${words}`, trait);
    }
    const beyond = this.traits.pinned?.filter(isBeyond) ?? [];
    if (beyond.length) this.refuse(`pinned classes ${beyond.join(", ")}: ${words}`);
    if (beyond.length) this.traits.pinned = this.traits.pinned?.filter((index) => !isBeyond(index)) ?? [];
  }

  /** Numbers that are open, and channels that are ablated: all of them, or none. */
  numbers(): void {
    for (const { layer, channel, cell } of this.traits.opened ?? []) {
      const found = this.#named(layer);
      const problem = found ? channelProblem(found, channel) || cellProblem(found, cell) : this.#unknown();
      if (problem) return this.refuse(`number in ${quoted(layer)}: ${problem}`, "opened");
    }
    for (const [layer, channels] of Object.entries(this.traits.ablated ?? {})) {
      const found = this.#named(layer);
      const problem = found ? channelProblem(found, Math.max(...channels)) : this.#unknown();
      if (problem) return this.refuse(`ablated in ${quoted(layer)}: ${problem}`, "ablated");
    }
  }

  #named(name: string): Layer | undefined {
    return this.#network.layers.find((layer) => layer.name === name);
  }

  #unknown(): string {
    const { name, layers } = this.#network;
    return `no layer of ${quoted(name)} is called so; the first is ${quoted(layers[0]?.name ?? "")}`;
  }
}

/** Whether there is something to show. */
const isOn = (value: unknown): boolean =>
  typeof value === "object" ? Object.keys(value ?? {}).length > 0 : value !== undefined && value !== false;

const isNumber = (value: unknown): value is number => typeof value === "number";

function channelProblem({ name, shape }: Layer, channel: number): string {
  const count = shape[0] ?? 0;
  return channel < count ? "" : `channel ${channel}: ${quoted(name)} has channels 0 to ${count - 1}`;
}

function cellProblem({ name, shape }: Layer, [y, x]: [number, number]): string {
  const [height, width] = [shape[1] ?? 1, shape[2] ?? 1];
  return y < height && x < width ? "" : `cell ${y}, ${x}: maps of ${quoted(name)} have ${height} × ${width} cells`;
}
