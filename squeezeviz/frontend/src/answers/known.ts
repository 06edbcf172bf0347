/** The photos on the page, in the order they came; decoded as long as there is room. */
import type { Blocks } from "./blocks.ts";
import type { PagePhoto, Whole } from "./contents.ts";
import { type Decoded, Shown } from "./shown.ts";

/** As many as a kernel keeps, and as much of them decoded: ../../../explorer/limits.py. */
const MOST_PHOTOS = 500;
const DECODED_BYTES = 100 << 20;

/** What was asked about is not here any more. */
export class Gone extends Error {
  constructor() {
    super("this photo is not here any more: add it again");
  }
}

export class Photos {
  readonly #photos = new Map<string, Shown>();
  /** The longest unused first. */
  readonly #decoded = new Map<() => Promise<Decoded>, Decoded>();

  constructor(blocks: Blocks, inFile: readonly PagePhoto[]) {
    for (const photo of inFile) {
      const decoded = photo.whole && this.carried(blocks, photo.whole);
      this.put(new Shown(photo.id, photo.name, decoded, photo));
    }
  }

  all(): Shown[] {
    return [...this.#photos.values()];
  }

  find(id: string | undefined): Shown | null {
    return this.#photos.get(id ?? "") ?? null;
  }

  /** @throws {Gone} There is none, or not any more. */
  called(id: string | undefined): Shown {
    const found = this.find(id);
    if (!found) throw new Gone();
    return found;
  }

  /** One that has its id, such as the camera's frame before, makes room for it at its place. */
  put(photo: Shown): void {
    this.#photos.set(photo.id, photo);
  }

  forget(id: string): void {
    this.#photos.delete(id);
  }

  /** @throws {RangeError} There are as many as a page keeps. */
  checkRoom(id: string, name: string): void {
    if (this.#photos.has(id) || this.#photos.size < MOST_PHOTOS) return;
    throw new RangeError(`${name}: this page has ${MOST_PHOTOS} photos, as many as it keeps; remove one first`);
  }

  /** What decodes a photo, once, as long as there is room for what it made. */
  keeping(read: () => Promise<Decoded>): () => Promise<Decoded> {
    return async () => {
      const found = this.#decoded.get(read) ?? (await read());
      this.#decoded.delete(read); // to the end
      this.#decoded.set(read, found);
      let bytes = 0;
      for (const [each, { picture }] of [...this.#decoded].reverse()) {
        bytes += picture.pixels.length;
        if (bytes > DECODED_BYTES && each !== read) this.#decoded.delete(each);
      }
      return found;
    };
  }

  /** The same, of a photo whose pixels the page carries. */
  carried(blocks: Blocks, { block, ...about }: Whole): () => Promise<Decoded> {
    return this.keeping(async () => ({ ...about, picture: await blocks.picture(block), decode_ms: null }));
  }
}
