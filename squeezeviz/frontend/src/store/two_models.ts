/** The model that answers beside a second one, on the photo on the stage. */
import { signal } from "@preact/signals-core";
import type { Comm } from "../host/comm.ts";
import { tensorOf } from "../host/decode.ts";
import type { LayerPair, OfferedModel, SecondTensorMessage, TwoModelsMessage } from "../protocol.ts";
import type { Networks } from "./networks.ts";
import { answerKey, type Photos } from "./photos.ts";
import type { Resource, Resources } from "./resource.ts";
import type { Photo, Picture, Tensor } from "./types.ts";

const NOTHING = { known: null, before: null, problem: "" };

/** What is known of both. */
export interface TwoModelsCompared extends Omit<TwoModelsMessage, "kind" | "buffers"> {
  seen: { a: Picture; b: Picture };
}

export class TwoModels {
  readonly #comm: Comm;
  readonly #photos: Photos;
  readonly #networks: Networks;
  readonly #resources: Resources;
  readonly #chosen = signal("");

  constructor(comm: Comm, photos: Photos, networks: Networks, resources: Resources) {
    this.#comm = comm;
    this.#photos = photos;
    this.#networks = networks;
    this.#resources = resources;
  }

  /** The models on offer but the one that answers. */
  offered(): OfferedModel[] {
    const answering = this.#networks.plain()?.name;
    return this.#networks.setting().models.filter(({ name }) => name !== answering);
  }

  /** Name of the second one; empty where there is none. */
  second(): string {
    const chosen = this.#chosen.value;
    return this.offered().some(({ name }) => name === chosen) ? chosen : "";
  }

  /** @param name Empty for none. */
  choose(name: string): void {
    this.#chosen.value = name;
  }

  compared(): Resource<TwoModelsCompared> {
    const [photo, second] = [this.#still(), this.second()];
    // What was known of another second model says nothing of this one.
    const lane = { name: `two_models ${second}` };
    if (!photo || !second) return { ...NOTHING, before: second ? this.#resources.last(lane.name) : null };
    const read = async ({ buffers, kind: _, ...message }: TwoModelsMessage): Promise<TwoModelsCompared> => {
      const encoded = [buffers.seen_a, buffers.seen_b].map((buffer) => ({ buffer, type: "image/png" }));
      const [a, b] = await this.#comm.pictures.decode(`${message.photo} beside ${second}`, encoded);
      return { ...message, seen: { a: a as Picture, b: b as Picture } };
    };
    const asked = { kind: "two_models", name: second, photo: photo.id, other: second } as const;
    return this.#resources.get(this.#key("two_models", photo, second), asked, read, lane);
  }

  /** The pair that the chosen layer is of; null where it has no counterpart, or that is not known yet. */
  pair(): LayerPair | null {
    const layer = this.#networks.layer()?.name;
    return this.compared().before?.pairs.find(({ a }) => a === layer) ?? null;
  }

  /** A layer of the second model. */
  tensor(layer: string): Resource<Tensor> {
    const [photo, second] = [this.#still(), this.second()];
    if (!photo || !second) return NOTHING;
    const read = ({ buffers, ...message }: SecondTensorMessage): Tensor =>
      tensorOf(message, message, buffers.values, buffers.statistics);
    const asked = { kind: "second_tensor", name: layer, photo: photo.id, other: second, layer } as const;
    return this.#resources.get(this.#key("second_tensor", photo, `${second}\n${layer}`), asked, read);
  }

  /** The photo on the stage, unless it changes while one looks. */
  #still(): Photo | null {
    const photo = this.#photos.photo();
    return photo && !photo.isMoving && !photo.isLive ? photo : null;
  }

  #key(what: string, photo: Photo, rest: string): string {
    return [what, photo.isEdit || photo.isGrown ? this.#photos.serialOf(photo) : answerKey(photo), rest].join("\n");
  }
}
