/** A photo: one that came in the file, as Python has prepared and answered it, or any whose own pixels are here. */
import type { Affine, Maps, PhotoGeometry, Picture } from "../engine/types.ts";
import { blendedOf } from "../preprocessing/blended.ts";
import { cropped } from "../preprocessing/crop.ts";
import { affineOf, type Described } from "../preprocessing/description.ts";
import { type Photo, photoOf } from "../preprocessing/photo.ts";
import { tensorOf } from "../preprocessing/tensor.ts";
import { windowsOf } from "../preprocessing/windows.ts";
import type { Blocks } from "./blocks.ts";
import type { Carried, PagePhoto, Preprocessed } from "./contents.ts";
import { YOURS } from "./presets.ts";

/** A photo's own pixels, and what reading them took. */
export interface Decoded extends Photo {
  notes: readonly string[];
  /** What its file was, as `format` of ../../../image/picture.py. */
  format: string;
  decode_ms: number | null;
}

/** A photo in a preprocessing. */
export interface Prepared {
  how: Described;
  affine: Affine;
  /** The pixel values that the network's input is made of. */
  cropped: Picture;
  /** The input: of the first crop, or of another. @throws Where only the first is in the file. */
  input(crop?: number): Maps;
  /** How many are averaged. */
  crops: number;
  /** What of the photo they are blended of. */
  blended(): Promise<{ geometry: PhotoGeometry; pixels: Picture | null }>;
  /** What Python made of it; null of a photo of one's own. */
  pythons: Preprocessed | null;
}

type Carrying = Pick<Carried, "blocks">;

let serials = 0;

export class Shown {
  readonly id: string;
  readonly name: string;
  /** Tells one picture from every other. */
  readonly serial: number;
  /** Null where its own pixels are not in the file. */
  readonly decoded: (() => Promise<Decoded>) | null;
  /** Whether it is a state of a photo that is painted on. */
  isPainted = false;
  readonly #inFile: PagePhoto | null;
  /** As it was prepared last, of what is in the file. */
  #stored: { how: Described; prepared: Promise<Prepared> } | null = null;

  constructor(id: string, name: string, decoded: Shown["decoded"], inFile: PagePhoto | null = null) {
    serials += 1;
    [this.id, this.name, this.serial] = [id, name, serials];
    [this.decoded, this.#inFile] = [decoded, inFile];
  }

  /** What Python made of it in a preprocessing, if that is in the file. */
  pythons(how: Described): Preprocessed | null {
    return how.name === YOURS ? null : (this.#inFile?.preprocessed[how.name] ?? null);
  }

  /** @throws Why it is not there in this preprocessing. */
  async prepared({ blocks }: Carrying, how: Described): Promise<Prepared> {
    const pythons = this.pythons(how);
    if (pythons) {
      if (this.#stored?.how !== how) this.#stored = { how, prepared: this.#asStored(blocks, how, pythons) };
      return this.#stored.prepared;
    }
    const problem = this.#inFile?.problems[how.name];
    if (problem) throw new RangeError(problem);
    const taken = await this.taken(how);
    const made = cropped(taken, how);
    const input = (crop = 0) => tensorOf(crop ? cropped(taken, how, crop) : made, how);
    const blended = async () => blendedOf(await this.taken(how), how);
    return { how, affine: affineOf(how), cropped: made, input, crops: windowsOf(how).length, blended, pythons: null };
  }

  /** As a preprocessing takes it: upright or lying as in its file, in which colours. */
  async taken(how: Described): Promise<Picture> {
    if (this.decoded) return photoOf(await this.decoded(), how);
    throw new RangeError(NOT_WHOLE);
  }

  async #asStored(blocks: Blocks, how: Described, pythons: Preprocessed): Promise<Prepared> {
    const [affine, crops] = [affineOf(how), pythons.windows];
    const made = await blocks.picture(pythons.cropped);
    const input = (crop = 0) => {
      if (crop) throw new RangeError(`'${how.name}' averages ${crops} crops, and the file holds the first`);
      return tensorOf(made, how);
    };
    const blended = async () => {
      const { geometry, pixels } = pythons;
      if (pixels === null && this.decoded) return blendedOf(await this.taken(how), how);
      return { geometry, pixels: pixels === null ? null : await blocks.picture(pixels) };
    };
    return { how, affine, cropped: made, input, crops, blended, pythons };
  }
}

const NOT_WHOLE =
  "the file holds this photo as the preprocessings on the page take it, not its own pixels, being large: to paint on it or " +
  "to prepare it otherwise, add the photo itself to this page";
