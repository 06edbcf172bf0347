/** Pictures grown for channels: what the kernel has of them in a catalogue. */
import type { CatalogMessage } from "../protocol.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import type { Resource, Resources } from "./resource.ts";
import type { ChosenTraits } from "./traits.ts";
import type { Grown } from "./types.ts";

export class Catalog {
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

  /** One channel's pictures, or why there are none. */
  channel(layer: string, channel: number): Resource<Grown> {
    const read = ({ buffers, ...message }: CatalogMessage): Grown => ({
      ...message,
      pictures: message.pictures.map((picture, at) => {
        const file = new Blob([buffers.files?.[at] as BlobPart], { type: "image/jpeg" });
        return { ...picture, file };
      }),
    });
    const key = `catalog ${this.#networks.plain()?.name ?? ""} ${layer} ${channel}`;
    return this.#resources.get(key, { kind: "catalog", name: layer, layer, channel }, read);
  }

  /** Put a picture on the stage, as any photo, so that all maps show it. */
  visit({ layer, channel, pictures }: Grown, number: number): void {
    const id = `catalog ${channel} ${number} ${pictures[number]?.value} ${layer}`.slice(0, 400); // the same: once
    if (this.#photos.has(id)) this.#traits.set({ photo: id });
    else this.#photos.grown(id, { layer, channel, number });
  }
}
