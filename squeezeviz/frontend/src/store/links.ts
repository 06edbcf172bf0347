/** Links that open a state of the page, and the line of Python that does; see link.ts for what they say. */
import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import { PERSISTENT, type Trait, type Traits } from "../protocol.ts";
import { type Linked, quoted, readLink, SWITCHES, USUAL, writeLink } from "./link.ts";
import { fitting } from "./linked.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import { pythonOf } from "./python.ts";
import type { Selection } from "./selection.ts";
import { type ChosenTraits, YOURS } from "./traits.ts";

/** What a link leaves out: other preprocessings are the page's own; what one tunes is too much for an address. */
const LEFT_OUT: readonly Trait[] = ["tuned", "compared", "against"];
const LINKED: readonly Trait[] = PERSISTENT.filter((trait) => !LEFT_OUT.includes(trait));

/** What can be copied, and in words what of the page it does not carry. */
export interface Copied {
  text: string;
  missing: string[];
}

/** The page as it was opened. */
interface Home {
  photo: string;
  /** Ids of photos that whoever opens the page has as well. */
  photos: ReadonlySet<string>;
  model: string;
  traits: Partial<Traits>;
}

export class Links {
  readonly #traits: ChosenTraits;
  readonly #photos: Photos;
  readonly #networks: Networks;
  readonly #selection: Selection;
  /** What is to be opened as soon as there is a network. */
  readonly #pending = signal<string | null>(null);
  readonly #problems = signal<readonly string[]>([]);
  /** Where the page is; empty where no address leads to it, as in a notebook. */
  readonly #address = signal("");
  readonly #isReady: ReadonlySignal<boolean>;
  readonly #forget: () => void;
  #home: Home | null = null;

  constructor(traits: ChosenTraits, photos: Photos, networks: Networks, selection: Selection) {
    [this.#traits, this.#photos, this.#networks, this.#selection] = [traits, photos, networks, selection];
    this.#isReady = computed(() => {
      const stage = traits.get("photo");
      const isFailed = photos.failures().length > 0 && !photos.has(stage);
      return !!networks.network()?.name && (stage === "" || isFailed || photos.called(stage) !== null);
    });
    this.#forget = effect(() => {
      const [isReady, link] = [this.#isReady.value, this.#pending.value];
      if (isReady) untracked(() => this.#openNow(link));
    });
  }

  /** Whether an address leads to this page; otherwise a line of Python does. */
  hasAddress(): boolean {
    return this.#address.value !== "";
  }

  /** What of the last link is not on this page, in words. */
  problems(): readonly string[] {
    return this.#problems.value;
  }

  dismiss(): void {
    this.#problems.value = [];
  }

  /** The page is at an address, whose part behind "#" says what to open. */
  follow(address: string): void {
    const [page = "", link = ""] = address.split(/#(.*)/s);
    this.#address.value = page;
    if (link || this.#home) this.#pending.value = link;
  }

  /** An address that opens what is chosen now, or a line of Python. */
  copied(): Copied {
    const missing: string[] = [];
    const linked = this.#chosen(missing);
    const address = this.#address.value;
    return { text: address ? `${address}#${writeLink(linked)}` : pythonOf(linked), missing };
  }

  /** The address of a channel's own; empty where no address leads to this page. */
  ofChannel(layer: string, channel: number): string {
    const address = this.#address.value;
    return address ? `${address}#${writeLink({ traits: { layer, channel } })}` : "";
  }

  close(): void {
    this.#forget();
  }

  #openNow(link: string | null): void {
    this.#home ??= this.#homeNow();
    if (link === null) return;
    this.#pending.value = null;
    const read = readLink(link);
    const network = this.#networks.network();
    if (!network) return;
    const { traits, problems } = fitting(read, {
      network,
      classes: this.#photos.photo()?.logits.length ?? network.labels.length,
      presets: this.#networks.setting().presets.map(({ name }) => name),
      can: (what) => this.#networks.can(what),
    });
    const photo = link === "" ? this.#home.photo : this.#photoCalled(read.photo, problems);
    this.#problems.value = [...read.problems, ...problems];
    const isHere = photo && this.#photos.has(photo);
    this.#traits.set({ ...this.#home.traits, ...traits, ...(isHere ? { photo } : {}) });
  }

  /** @returns Its id; empty where the one on the stage stays. A sample comes to the stage by itself. */
  #photoCalled(name: string | undefined, problems: string[]): string {
    if (name === undefined) return "";
    const id = this.#idOf(name);
    if (id !== undefined) return id;
    if (this.#isSample(name)) this.#photos.sample(name);
    else problems.push(`photo ${quoted(name)}: is not on this page; photos of one’s own are not part of a link`);
    return "";
  }

  #idOf(name: string): string | undefined {
    return this.#photos.all().find((entry) => entry.name === name)?.id;
  }

  #isSample(name: string): boolean {
    return this.#networks.setting().samples.some((sample) => sample.name === name);
  }

  #homeNow(): Home {
    return {
      photo: this.#traits.get("photo"),
      photos: new Set(this.#photos.all().map(({ id }) => id)),
      model: this.#networks.network()?.name ?? "",
      traits: Object.fromEntries(LINKED.map((trait) => [trait, this.#traits.get(trait)])),
    };
  }

  /** What is chosen and differs from the page as it opens; the photo, the layer and the very number in any case. */
  #chosen(missing: string[]): Linked {
    const before = this.hasAddress() ? (this.#home?.traits ?? {}) : USUAL;
    const differs = (trait: Trait) => JSON.stringify(this.#traits.get(trait)) !== JSON.stringify(before[trait]);
    const said = LINKED.filter(differs);
    const isSaid = (trait: Trait) => said.includes(trait) || (isSwitch(trait) && said.some(isSwitch));
    const traits: Partial<Traits> = Object.fromEntries(
      LINKED.filter(isSaid).map((trait) => [trait, this.#traits.get(trait)]),
    );
    traits.layer = this.#networks.layer()?.name ?? this.#traits.get("layer");
    traits.channel = this.#selection.channel();
    traits.cell = this.#selection.cell();
    const { preset } = traits;
    if (preset === YOURS) missing.push("your own preprocessing");
    // Of Python's call it is the model's own that is usual.
    if (preset === YOURS || (!this.hasAddress() && preset === this.#networks.network()?.preprocessing))
      delete traits.preset;
    return { photo: this.#photoNow(missing), model: this.#modelNow(missing), traits };
  }

  #photoNow(missing: string[]): string | undefined {
    const photo = this.#photos.photo();
    if (!photo) return undefined;
    const { id, name } = photo;
    if (photo.isEdit || photo.isLive) missing.push(photo.isEdit ? "what you have painted" : "the camera’s picture");
    else if (this.#isSample(name) || (this.hasAddress() && this.#home?.photos.has(id))) return name;
    else
      missing.push(this.hasAddress() ? "your own photo" : `where ${quoted(name)} lies: write its path in place of it`);
    return this.hasAddress() ? undefined : name;
  }

  #modelNow(missing: string[]): string | undefined {
    const name = this.#networks.network()?.name;
    if (!name || (this.hasAddress() && name === this.#home?.model)) return undefined;
    const isOffered = this.#networks.setting().models.some((model) => model.name === name);
    if (!isOffered) missing.push(`the model ${quoted(name)}`);
    return isOffered || this.hasAddress() ? name : undefined;
  }
}

const isSwitch = (trait: Trait): boolean => SWITCHES.includes(trait);
