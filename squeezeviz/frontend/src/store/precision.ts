/** What each layer loses in a lower precision, on the photos of the page: measured when the diagram is to show it. */
import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { ChangedPhoto, LayerLoss, PrecisionLost, PrecisionMessage, PrecisionRequest } from "../protocol.ts";
import type { Diagram } from "./diagram.ts";
import type { Networks } from "./networks.ts";
import type { Resource, Resources } from "./resource.ts";
import type { TwoModels } from "./two_models.ts";
import type { Unit } from "./units.ts";

export type Against = PrecisionRequest["against"];

interface Given {
  networks: Networks;
  diagram: Diagram;
  twoModels: TwoModels;
  resources: Resources;
}

export class Precision {
  readonly #given: Given;
  readonly #against = signal<Against>("int8");
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

  isOn(): boolean {
    return this.#given.diagram.shows() === "precision";
  }

  /** What the network is held against; a model, as long as one is compared with it. */
  against(): Against {
    const against = this.#against.value;
    return against === "model" && !this.#given.twoModels.second() ? "int8" : against;
  }

  choose(against: Against): void {
    this.#against.value = against;
  }

  measureAgain(): void {
    this.#round.value += 1;
  }

  /** What has been measured; null where it is not asked for. */
  of(): Resource<PrecisionLost> | null {
    const { networks, twoModels, resources } = this.#given;
    const model = networks.answering()?.name;
    if (!this.isOn() || !model) return null;
    const against = this.against();
    const other = against === "model" ? twoModels.second() : "";
    const lane = { name: ["precision", model, against, other].join("\n"), isStoppable: true };
    const asked = { kind: "precision", name: model, against, other } as const;
    return resources.get(`${lane.name}\n${this.#round.value}`, asked, ({ lost }: PrecisionMessage) => lost, lane);
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
}
