/** What each layer loses in a lower precision, on the photos of the page: measured when the diagram is to show it. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals-core";
import { tensorOf } from "../host/decode.ts";
import type {
  ChangedPhoto,
  IntegerNumber,
  IntegersMessage,
  LayerLoss,
  LossTensorMessage,
  OfferedModel,
  PrecisionLost,
  PrecisionMessage,
} from "../protocol.ts";
import type { Diagram } from "./diagram.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import type { Resource, Resources } from "./resource.ts";
import { type ChosenTraits, YOURS } from "./traits.ts";
import type { TwoModels } from "./two_models.ts";
import type { Photo, Step, Tensor } from "./types.ts";
import type { Unit } from "./units.ts";

/** A precision; or the name of a model on offer that stands for one. */
export type Chosen = "fp32" | "fp16" | "int8" | (string & {});

interface Given {
  networks: Networks;
  diagram: Diagram;
  twoModels: TwoModels;
  resources: Resources;
  photos: Photos;
  traits: ChosenTraits;
}

const TERMS = 4;
const NO_KERNEL = {
  known: null,
  before: null,
  problem:
    "What lower precisions lose is measured by ONNX Runtime, which takes a kernel, and this page has none: open it in a " +
    "notebook or by squeezeviz app, or run squeezeviz precision.",
};

export class Precision {
  readonly #given: Given;
  readonly #chosen = signal<Chosen>("fp32");
  /** Whether the grid of maps shows differences. */
  readonly #differs = signal(false);
  /** How often it was measured anew: photos may have come since. */
  readonly #round = signal(0);
  readonly #layers: ReadonlySignal<ReadonlyMap<string, LayerLoss>>;
  readonly #changed: ReadonlySignal<ReadonlyMap<string, ChangedPhoto>>;

  constructor(given: Given) {
    this.#given = given;
    const known = () => this.of()?.known;
    this.#layers = computed(() => {
      const layers = known()?.layers ?? [];
      const parts = layers.flatMap((each) => each.with_layers.map((name) => [name, each] as const));
      return new Map([...parts, ...layers.map((each) => [each.layer, each] as const)]);
    });
    this.#changed = computed(() => new Map((known()?.changed ?? []).map((each) => [each.photo, each])));
  }

  /** What the network is held against: FP32, itself, unless another is chosen or the diagram is to show one. */
  chosen(): Chosen {
    const chosen = this.#chosen.value;
    const isGone = !["fp32", "fp16", "int8"].includes(chosen) && !this.#isOffered(chosen);
    if (chosen !== "fp32" && !isGone) return chosen;
    return this.#given.diagram.shows() === "precision" ? "int8" : "fp32";
  }

  /** The diagram shows it, or no longer. */
  choose(chosen: Chosen): void {
    const { diagram } = this.#given;
    batch(() => {
      this.#chosen.value = chosen;
      if (chosen !== "fp32") diagram.show("precision");
      else if (diagram.shows() === "precision") diagram.show("activation");
    });
  }

  /** Files of one's own that may be the network in low precision: models that were brought to this page. */
  files(): OfferedModel[] {
    const made = `${this.#given.networks.answering()?.name ?? ""} INT8`;
    return this.#given.twoModels.offered().filter(({ name, sha256 }) => sha256 && name !== made);
  }

  /** What it is called on the page. */
  name(): string {
    const chosen = this.chosen();
    return ["fp32", "fp16", "int8"].includes(chosen) ? chosen.toUpperCase() : chosen;
  }

  measureAgain(): void {
    this.#round.value += 1;
  }

  /** What has been measured; null where it is not asked for. */
  of(): Resource<PrecisionLost> | null {
    const { networks, resources, traits } = this.#given;
    const [model, chosen] = [networks.answering()?.name, this.chosen()];
    if (chosen === "fp32" || !model) return null;
    if (!networks.can("precision")) return NO_KERNEL;
    const isKind = chosen === "fp16" || chosen === "int8";
    const lane = { name: ["precision", model, chosen].join("\n"), isStoppable: true };
    const preset = traits.get("preset");
    const asked = {
      kind: "precision",
      name: model,
      against: isKind ? (chosen as "fp16" | "int8") : "model",
      other: isKind ? "" : chosen,
      preset,
      preprocessing: preset === YOURS ? traits.get("tuned") : null,
    } as const;
    const key = [lane.name, traits.presetKey(preset), this.#round.value].join("\n");
    return resources.get(key, asked, ({ lost }: PrecisionMessage) => lost, lane);
  }

  /** Whether the grid is to show differences rather than maps. */
  showsDifference(): boolean {
    return this.#differs.value && this.chosen() !== "fp32";
  }

  showDifference(is: boolean): void {
    this.#differs.value = is;
  }

  /** Of the chosen layer, low precision less float32; null where it is not asked for. */
  difference(): Resource<Tensor> | null {
    const layer = this.#given.networks.layer()?.name;
    return this.showsDifference() && layer ? this.#differenceOf(layer) : null;
  }

  /** The same of the probabilities; null where the network's graph has no softmax of its logits, or it is not asked for. */
  answer(): Resource<Tensor> | null {
    const layer = this.#given.networks.softmaxName();
    return layer && this.#given.networks.can("precision") ? this.#differenceOf(layer) : null;
  }

  /** Why nothing of the photo on the stage comes: a problem, or what it waits for; empty where it is here, or on its way. */
  obstacle(): string {
    const { known, problem = "", steps } = this.of() ?? {};
    if (problem) return problem;
    if (!known && steps?.isStopped) return "stopped";
    return this.#given.photos.photo() && !this.#still() ? "shown of a photo that stands still" : "";
  }

  /** Whether the photo's answer and maps are with channels ablated: the network in low precision has nothing ablated. */
  isBesideAblated(): boolean {
    const isNow = Object.keys(this.#given.traits.get("ablated")).length > 0;
    return isNow || this.#given.photos.photo()?.untouched !== undefined;
  }

  #differenceOf(layer: string): Resource<Tensor> | null {
    const [other, photo] = [this.#other(), this.#still()];
    if (other === null || !photo) return null;
    const read = ({ buffers, ...message }: LossTensorMessage): Tensor =>
      tensorOf(message, { photo: message.photo, model: "", preset: "" }, buffers.values, buffers.statistics);
    const asked = { kind: "loss_tensor", name: layer, photo: photo.id, other, layer } as const;
    const lane = { name: `loss_tensor ${layer}` };
    return this.#given.resources.get(this.#key("loss_tensor", photo, other, layer), asked, read, lane);
  }

  /** Whether the network in low precision, as measured, has whole numbers. */
  hasIntegers(): boolean {
    return this.of()?.known?.layers.some(({ scale }) => scale !== null) ?? false;
  }

  /** A number in whole numbers; null where the network in low precision has none. */
  integers({ layer, channel, cell }: Step): Resource<IntegerNumber> | null {
    const [other, photo] = [this.#other(), this.#still()];
    if (!other || !photo) return null;
    const key = this.#key("integers", photo, other, `${layer} ${channel} ${cell}`);
    const asked = {
      kind: "integers",
      name: layer,
      photo: photo.id,
      other,
      layer,
      channel,
      cell,
      count: TERMS,
    } as const;
    return this.#given.resources.get(key, asked, ({ number }: IntegersMessage) => number, { name: "integers" });
  }

  /** What a layer loses; null where it is not known. */
  layer(name: string): LayerLoss | null {
    return this.#layers.value.get(name) ?? null;
  }

  /** Of a unit: the largest error that one of its layers makes, and what is passed on to the one that others read. */
  ofUnit({ layers, output }: Unit): { made: number; inherited: number } {
    const made = layers.map(({ name }) => this.layer(name)?.made ?? 0);
    return { made: Math.max(0, ...made), inherited: this.layer(output.name)?.inherited ?? 0 };
  }

  /** How a photo's answer changes; null where it does not, or that is not known. */
  change(photo: string): ChangedPhoto | null {
    return this.#changed.value.get(photo) ?? null;
  }

  /** Name of the network in low precision; empty for half precision, null while there is none. */
  #other(): string | null {
    const made = this.of()?.known;
    if (!made) return null;
    return this.chosen() === "fp16" ? "" : made.other;
  }

  #isOffered(name: string): boolean {
    return this.#given.twoModels.offered().some((each) => each.name === name);
  }

  /** The photo on the stage, unless it changes while one looks. */
  #still(): Photo | null {
    const photo = this.#given.photos.photo();
    return photo && !photo.isMoving && !photo.isLive ? photo : null;
  }

  #key(what: string, photo: Photo, other: string, of: string): string {
    return [what, this.#given.photos.serialOf(photo), other, this.#round.value, of].join("\n");
  }
}
