/** Channels across a data set: what the kernel knows of them from an atlas. */
import type { AcrossMessage, ActivatingChannelsMessage } from "../protocol.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import type { Resource, Resources } from "./resource.ts";
import type { ChosenTraits } from "./traits.ts";
import type { Activating, Across as Known, Setting, TopExample } from "./types.ts";

export class Across {
  readonly #traits: ChosenTraits;
  readonly #photos: Photos;
  readonly #networks: Networks;
  readonly #resources: Resources;

  constructor(traits: ChosenTraits, photos: Photos, networks: Networks, resources: Resources) {
    this.#traits = traits;
    this.#photos = photos;
    this.#networks = networks;
    this.#resources = resources;
  }

  /** The data set; null where there is none. */
  atlas(): NonNullable<Setting["atlas"]> | null {
    return this.#networks.setting().atlas ?? null;
  }

  /** One channel, or why there is nothing to say of it. */
  channel(layer: string, channel: number): Resource<Known> {
    const read = ({ buffers, ...message }: AcrossMessage): Known => ({
      ...message,
      strongest: message.strongest.map((example, at) => {
        const crop = new Blob([buffers.crops?.[at] as BlobPart], { type: "image/jpeg" });
        return { ...example, crop };
      }),
    });
    const key = `across ${this.#model()} ${layer} ${channel}`;
    return this.#resources.get(key, { kind: "across", name: layer, layer, channel }, read);
  }

  /** The channels that activate on a class. */
  activatingChannels(index: number): Resource<Activating> {
    const key = `activating ${this.#model()} ${index}`;
    const asked = { kind: "activating_channels", name: `class ${index}`, class_index: index } as const;
    return this.#resources.get(key, asked, (message: ActivatingChannelsMessage): Activating => message);
  }

  /** Put the photo of a cell on the stage, and choose the cell. */
  visit(layer: string, channel: number, { photo, cell }: TopExample): void {
    const id = `atlas ${photo}`; // always the same: it is on the page once
    if (this.#photos.has(id)) this.#traits.set({ photo: id });
    else this.#photos.example(id, photo);
    this.#traits.set({ layer, channel, cell });
  }

  #model(): string {
    return this.#networks.plain()?.name ?? "";
  }
}
