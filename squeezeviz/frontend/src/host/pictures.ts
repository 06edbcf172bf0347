/** Encoded pictures from messages, decoded for the page. */

const STILL_SHOWN_MS = 1000;

/** The bytes of a file, and of which kind those are of that a kernel sends; a page's own engine sends BMP files. */
interface Encoded {
  buffer: DataView | undefined;
  type: string;
}

const BMP = 0x424d; // "BM"

export class Pictures {
  /** Object URLs, by the photo they belong to. */
  readonly #urls = new Map<string, string[]>();

  /** Object URLs of pictures; those that the same owner had before are of no use any more. */
  urls(owner: string, pictures: Encoded[]): string[] {
    const before = this.#urls.get(owner) ?? [];
    setTimeout(() => before.forEach(URL.revokeObjectURL), STILL_SHOWN_MS);
    const made = pictures.map(({ buffer, type: usual }) => {
      const type = buffer && buffer.byteLength > 2 && buffer.getUint16(0) === BMP ? "image/bmp" : usual;
      return URL.createObjectURL(new Blob([buffer as BlobPart], { type }));
    });
    this.#urls.set(owner, made);
    return made;
  }

  /** @throws {DOMException} One of them is no picture. */
  decode(owner: string, pictures: Encoded[]): Promise<HTMLImageElement[]> {
    return Promise.all(this.urls(owner, pictures).map(decoded));
  }

  close(): void {
    for (const url of [...this.#urls.values()].flat()) URL.revokeObjectURL(url);
    this.#urls.clear();
  }
}

async function decoded(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
