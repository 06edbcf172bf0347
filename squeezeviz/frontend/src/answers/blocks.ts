/** Bytes out of the page's text; ../../../standalone/blocks.py wrote what is read here. */
import type { Picture, Values } from "../engine/types.ts";
import { revived } from "../host/decode.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What a file carries beside its words, by number: each as text. */
export class Blocks {
  readonly #texts: readonly string[];

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  /** How many bytes a block takes within the file. */
  sizeOf(index: number): number {
    return this.#stored(index).length;
  }

  /** How many all of them take. */
  get size(): number {
    return this.#texts.reduce((sum, text) => sum + text.length, 0);
  }

  /** A block as it was put in. */
  bytes(index: number): Bytes {
    const text = atob(this.#stored(index));
    const found = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) found[i] = text.charCodeAt(i);
    return found;
  }

  /** Plain data. */
  async plain<T>(index: number): Promise<T> {
    return revived(JSON.parse(new TextDecoder().decode(await unpacked(this.bytes(index)))));
  }

  async numbers(index: number): Promise<Values> {
    return sorted(await unpacked(this.bytes(index)));
  }

  /** A picture's pixels: red, green, blue. */
  async picture(index: number): Promise<Picture> {
    const whole = this.bytes(index);
    const head = new DataView(whole.buffer);
    const [height, width] = [head.getUint32(0, true), head.getUint32(4, true)];
    const pixels = await unpacked(whole.slice(8));
    restore(pixels, height, width);
    return { height, width, pixels };
  }

  #stored(index: number): string {
    const text = this.#texts[index];
    if (text === undefined) throw new Error(`this file is not whole: its block ${index} is missing`);
    return text;
  }
}

/** @param packed gzip */
async function unpacked(packed: Bytes): Promise<Bytes> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Numbers whose first bytes all come first, then all second ones, and so on. */
export function sorted(mixed: Bytes): Values {
  const count = mixed.length / 4;
  const found = new Uint8Array(mixed.length);
  for (let i = 0; i < count; i += 1) {
    for (let part = 0; part < 4; part += 1) found[4 * i + part] = mixed[part * count + i] as number;
  }
  return new Float32Array(found.buffer); // little-endian, as every machine with a browser is
}

/** In place. Each was stored as what Paeth's predictor is off by, of differences from green. */
export function restore(pixels: Bytes, height: number, width: number): void {
  const row = 3 * width;
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < row; x += 1, at += 1) {
      const left = x < 3 ? 0 : (pixels[at - 3] as number);
      const above = y === 0 ? 0 : (pixels[at - row] as number);
      const corner = x < 3 || y === 0 ? 0 : (pixels[at - row - 3] as number);
      pixels[at] = (pixels[at] as number) + predicted(left, above, corner); // modulo 256
    }
  }
  for (let at = 0; at < pixels.length; at += 3) {
    const green = pixels[at + 1] as number;
    pixels[at] = (pixels[at] as number) + green;
    pixels[at + 2] = (pixels[at + 2] as number) + green;
  }
}

/** Paeth's. */
function predicted(left: number, above: number, corner: number): number {
  const offLeft = Math.abs(above - corner);
  const offAbove = Math.abs(left - corner);
  const offCorner = Math.abs(left + above - 2 * corner);
  if (offLeft <= offAbove && offLeft <= offCorner) return left;
  return offAbove <= offCorner ? above : corner;
}
