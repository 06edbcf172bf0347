/** What the kernel offers, the model that answers, and its layers. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Comm } from "../host/comm.ts";
import type { ClassMaps } from "../protocol.ts";
import { layerNamed } from "./layers.ts";
import type { Photos } from "./photos.ts";
import type { ChosenTraits } from "./traits.ts";
import type { Label, Layer, Network, Setting } from "./types.ts";

export class Networks {
  readonly #comm: Comm;
  readonly #photos: Photos;
  readonly #setting = signal<Setting>({ presets: [], models: [], samples: [], limit_bytes: Infinity });
  readonly #network = signal<Network | null>(null);
  readonly #isChoosing = signal(false);
  /** Why a model was not even sent. */
  readonly #refusal = signal("");
  /** Every model that has answered, so that an answer keeps its own labels. */
  readonly #answered = signal<ReadonlyMap<string, Network>>(new Map());
  readonly #sized: ReadonlySignal<Network | null>;
  readonly #layer: ReadonlySignal<Layer | null>;
  readonly #answering: ReadonlySignal<Network | null>;

  constructor(comm: Comm, traits: ChosenTraits, photos: Photos) {
    this.#comm = comm;
    this.#photos = photos;
    const layers = computed(() => photos.photo()?.layers ?? null); // the camera's frames have the same
    const input = computed(() => photos.photo()?.input);
    const isSized = computed(() => photos.photo()?.model === this.#network.value?.name);
    this.#sized = computed(() => {
      const network = this.#network.value;
      if (!network || !layers.value || !isSized.value) return network;
      return { ...network, input: input.value ?? network.input, layers: layers.value };
    });
    this.#layer = computed(() => {
      const network = this.#sized.value;
      return network?.layers?.length ? layerNamed(network, traits.get("layer")) : null;
    });
    const answered = computed(() => this.#answered.value.get(photos.photo()?.model ?? ""));
    this.#answering = computed(() => answered.value ?? this.#network.value);
  }

  setting(): Setting {
    return this.#setting.value;
  }

  /** Whether the host can do something: views show no more than that. */
  can(what: string): boolean {
    return this.#setting.value.abilities?.includes(what) ?? true;
  }

  /** Of maps as large as the photo's input makes them. */
  network(): Network | null {
    return this.#sized.value;
  }

  /** As it is by itself. */
  plain(): Network | null {
    return this.#network.value;
  }

  /** Whether a layer is of a network that has answered before, and not of this one: it was asked for a moment too late. */
  isOfAnother(layer: string): boolean {
    const has = ({ layers }: Network) => layers.some(({ name }) => name === layer);
    const network = this.#network.peek();
    return network !== null && !has(network) && [...this.#answered.peek().values()].some(has);
  }

  /** Why the one asked for does not answer; empty as a rule. */
  error(): string {
    return this.#refusal.value || (this.#network.value?.error ?? "");
  }

  isChoosing(): boolean {
    return this.#isChoosing.value;
  }

  /** The chosen one. */
  layer(): Layer | null {
    return this.#layer.value;
  }

  /** The model that the answer on show is from: for a moment after another was chosen, still the one before. */
  answering(): Network | null {
    return this.#answering.value;
  }

  label(index: number): Label {
    return this.answering()?.labels?.[index] ?? { label: `class ${index}`, wnid: "", also: [] };
  }

  softmaxName(): string {
    const { layers = [], logits = "" } = this.network() ?? {};
    return layers.find(({ kind, inputs }) => kind === "softmax" && inputs.includes(logits))?.name ?? "";
  }

  /** A map for every class, whose mean is the logit, as it follows from the graph; null for a network without. */
  classMaps(): ClassMaps | null {
    return this.network()?.class_maps ?? null;
  }

  /** The layer whose cells these maps have: one that has the maps itself, or the features that they are made of. */
  cams(): Layer | null {
    const [network, maps] = [this.network(), this.classMaps()];
    return network?.layers?.find(({ name }) => name === maps?.layer) ?? null;
  }

  /** The narrowest convolution of each block: whose channels are ablated in turn. */
  bottlenecks(): Layer[] {
    const network = this.network();
    const names = new Set(network?.bottlenecks);
    return network?.layers?.filter(({ name }) => names.has(name)) ?? [];
  }

  /** The layer each of whose channels is a class's own map; null where no layer is. */
  classLayer(): Layer | null {
    return this.classMaps()?.is_weighted ? null : this.cams();
  }

  /** Let another model answer. */
  use(name: string): void {
    batch(() => {
      this.#isChoosing.value = true;
      this.forgiven();
      this.#photos.answerAnew();
      this.#comm.ask({ kind: "use", name });
    });
  }

  /** Say why a model does not come; the one before goes on. */
  refuse(error: string): void {
    this.#refusal.value = error;
  }

  /** What was said of another model is said no more. */
  forgiven(): void {
    this.#refusal.value = "";
    const network = this.#network.peek();
    if (network?.error) this.#network.value = { ...network, error: null };
  }

  // What comes of it --------------------------------------------------------------------------------------------------

  offered(setting: Setting): void {
    this.#setting.value = setting;
  }

  answers(answering: Network): void {
    this.#isChoosing.value = false;
    if (answering.error) this.#photos.stay();
    const before = this.#network.peek();
    // A model that could not be had leaves the one before.
    this.#network.value = answering.name || !before ? answering : { ...before, error: answering.error };
    if (answering.name) this.#answered.value = new Map(this.#answered.peek()).set(answering.name, answering);
  }
}
