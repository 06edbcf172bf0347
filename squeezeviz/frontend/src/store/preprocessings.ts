/** The photo on the stage in other preprocessings: what the model says of it then, and how far that is from the one in use. */
import type { Comm } from "../host/comm.ts";
import { floatsOf, logitsOf } from "../host/decode.ts";
import type { KernelsMessage, VariantMessage, VariantsMessage } from "../protocol.ts";
import type { Networks } from "./networks.ts";
import { answerKey, type Photos } from "./photos.ts";
import type { Resource, Resources } from "./resource.ts";
import { otherOf } from "./tensors.ts";
import { type ChosenTraits, YOURS } from "./traits.ts";
import type { Compared, How, Kernels, Photo, Preset, Variant } from "./types.ts";

const NOTHING = { known: null, before: null, problem: "" };

export class Preprocessings {
  readonly #comm: Comm;
  readonly #traits: ChosenTraits;
  readonly #photos: Photos;
  readonly #networks: Networks;
  readonly #resources: Resources;

  constructor(comm: Comm, traits: ChosenTraits, photos: Photos, networks: Networks, resources: Resources) {
    this.#comm = comm;
    this.#traits = traits;
    this.#photos = photos;
    this.#networks = networks;
    this.#resources = resources;
  }

  /** Every preprocessing on offer; one's own, once there is one, at the end. */
  offered(): Preset[] {
    const { presets } = this.#networks.setting();
    const tuned = this.#traits.get("tuned");
    if (!Object.keys(tuned).length) return presets;
    const words = this.#resources.last<Compared>(`variant ${YOURS}`)?.words ?? ""; // once it has been said
    return [...presets, { name: YOURS, words, origin: "tuned on this page", preprocessing: tuned as How }];
  }

  /** The other preprocessings that are compared, by name. */
  others(): string[] {
    return this.#traits.get("compared").filter((name) => name !== this.#photos.photo()?.preset);
  }

  /** The one whose maps are shown beside those in use. */
  against(): string | undefined {
    const against = this.#traits.get("against");
    return this.others().includes(against) ? against : this.others()[0];
  }

  /** What the model says of the photo in each; null while it is on its way. */
  variants(): Variant[] | null {
    const photo = this.#photos.photo();
    if (!photo) return null;
    const [presets, preprocessing] = [this.#traits.get("compared"), this.#traits.get("tuned")];
    const key = ["variants", this.#basis(photo), JSON.stringify([presets, preprocessing])].join("\n");
    const read = ({ rows }: VariantsMessage) => rows;
    const asked = { kind: "variants", photo: photo.id, presets, preprocessing } as const;
    return this.#resources.get(key, asked, read).known;
  }

  /** The photo in another one, compared with the one in use. */
  comparedWith(preset: string): Resource<Compared> {
    const photo = this.#photos.photo();
    if (!photo) return NOTHING;
    const read = async ({ buffers, ...message }: VariantMessage): Promise<Compared> => {
      const encoded = [{ buffer: buffers.seen, type: "image/png" }];
      const [seen] = await this.#comm.pictures.decode(`${message.photo} ${message.preset}`, encoded);
      return { ...message, ...logitsOf(buffers.logits, message.is_sigmoid), seen: seen as HTMLImageElement };
    };
    const asked = { kind: "variant", name: preset, photo: photo.id, ...otherOf(this.#traits, preset) } as const;
    const lane = { name: `variant ${preset}`, isInTurn: true };
    return this.#resources.get(this.#key("variant", photo, preset), asked, read, lane);
  }

  /** The first convolution with one folded in. */
  kernelsOf(preset: string): Resource<Kernels> {
    const photo = this.#photos.photo();
    if (!photo) return NOTHING;
    const read = ({ buffers, ...message }: KernelsMessage): Kernels => ({
      ...message,
      values: floatsOf(buffers.values),
    });
    const asked = { kind: "kernels", name: preset, photo: photo.id, ...otherOf(this.#traits, preset) } as const;
    const lane = { name: `kernels ${preset}`, isInTurn: true };
    return this.#resources.get(this.#key("kernels", photo, preset), asked, read, lane);
  }

  #key(what: string, photo: Photo, preset: string): string {
    const [inUse, other] = [this.#traits.presetKey(photo.preset), this.#traits.presetKey(preset)];
    return [what, this.#basis(photo), inUse, other].join("\n");
  }

  /** What is painted on a photo may show in another preprocessing alone: then the answer is the same, and the photo is not. */
  #basis(photo: Photo): string | number {
    return photo.isEdit || photo.isGrown || photo.isMoving ? this.#photos.serialOf(photo) : answerKey(photo);
  }
}
