/** Which pixels raise the value that is looked at: asked once the pointer rests. */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals-core";
import { floatsOf } from "../host/decode.ts";
import type { AttributionMessage } from "../protocol.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import type { Resource, Resources } from "./resource.ts";
import type { Selection } from "./selection.ts";
import type { Attribution } from "./types.ts";

const REST_MS = 30;

interface Looked {
  layer: string;
  channel: number;
  cell: [number, number];
}

export class CellGradient {
  readonly #photos: Photos;
  readonly #networks: Networks;
  readonly #resources: Resources;
  readonly #isWanted = signal(false);
  readonly #rested = signal<Looked | null>(null);
  readonly #looked: ReadonlySignal<Looked | null>;
  readonly #forget: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(photos: Photos, networks: Networks, selection: Selection, resources: Resources) {
    this.#photos = photos;
    this.#networks = networks;
    this.#resources = resources;
    this.#looked = computed(() => {
      const layer = this.isOn() ? networks.layer() : null;
      return layer && { layer: layer.name, ...selection.looked() };
    });
    this.#forget = effect(() => {
      const looked = this.#looked.value;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#rested.value = looked;
      }, REST_MS);
    });
  }

  /** Whether a photo that stays as it is can be asked about. */
  isOffered(): boolean {
    const photo = this.#photos.photo();
    return this.#networks.can("attribute") && photo !== null && !photo.isMoving && !photo.isLive;
  }

  isOn(): boolean {
    return this.#isWanted.value && this.isOffered();
  }

  turn(is: boolean): void {
    this.#isWanted.value = is;
  }

  /** Input × gradient of the value, one number a pixel of the input; null where nothing is asked. */
  of(): Resource<Attribution> | null {
    const [photo, looked] = [this.#photos.photo(), this.#rested.value];
    if (!this.isOn() || !photo || !looked || !this.#isOfLayer(looked)) return null;
    const { layer, channel, cell } = looked;
    const asked = {
      kind: "attribution",
      name: `${layer}, channel ${channel}`,
      method: "input-x-gradient",
      photo: photo.id,
      layer,
      channel,
      cell,
    } as const;
    const key = `attribution ${this.#photos.serialOf(photo)} ${layer} ${channel} ${cell}`;
    const read = ({ attribution, buffers }: AttributionMessage): Attribution => ({
      ...attribution,
      values: floatsOf(buffers.values),
    });
    return this.#resources.get(key, asked, read, { name: "attribution of a cell", isInTurn: true });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#forget();
  }

  #isOfLayer({ layer, channel, cell: [y, x] }: Looked): boolean {
    const now = this.#networks.layer();
    const [channels = 0, height = 1, width = 1] = now?.shape ?? [];
    return now?.name === layer && channel < channels && y < height && x < width;
  }
}
