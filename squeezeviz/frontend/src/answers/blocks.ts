/** Bytes out of the page's text; ../../../standalone/blocks.py wrote what is read here. */
import type { Picture, Values } from "../engine/types.ts";
import { halves, revived } from "../host/decode.ts";
import type { Block } from "../host/door.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What a page carries beside its words, by number. Each is there as soon as it has come; whoever asks sooner waits for it. */
export class Blocks {
  readonly #held = new Map<number, Block>();
  #waiting: (() => void)[] = [];
  #isWhole = false;

  put(index: number, block: Block): void {
    this.#held.set(index, block);
    this.#goOn();
  }

  /** There are no more. */
  end(): void {
    this.#isWhole = true;
    this.#goOn();
  }

  /** A block as it was put in. */
  async bytes(index: number): Promise<Bytes> {
    const held = await this.#stored(index);
    if (typeof held !== "string") return held.slice(); // whoever asks may hand it on
    return decoded(held);
  }

  /** Plain data. */
  async plain<T>(index: number): Promise<T> {
    return revived(JSON.parse(new TextDecoder().decode(await unpacked(await this.bytes(index)))));
  }

  /** @param halves So many of them, the first, are stored in half precision. */
  async numbers(index: number, halves = 0): Promise<Values> {
    const mixed = await unpacked(await this.bytes(index));
    return halves ? widened(mixed, halves) : sorted(mixed);
  }

  /** A picture's pixels: red, green, blue. */
  async picture(index: number): Promise<Picture> {
    const whole = await this.bytes(index);
    const head = new DataView(whole.buffer);
    const [height, width] = [head.getUint32(0, true), head.getUint32(4, true)];
    const pixels = await unpacked(whole.slice(8));
    restore(pixels, height, width);
    return { height, width, pixels };
  }

  async #stored(index: number): Promise<Block> {
    for (;;) {
      const held = this.#held.get(index);
      if (held !== undefined) return held;
      if (this.#isWhole) throw new Error(`this file is not whole: its block ${index} is missing`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #goOn(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }
}

function decoded(text: string): Bytes {
  const { fromBase64 } = Uint8Array as unknown as { fromBase64?: (text: string) => Bytes };
  if (fromBase64) return fromBase64.call(Uint8Array, text); // of browsers from 2025 on, and several times as fast
  const letters = atob(text);
  const found = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) found[i] = letters.charCodeAt(i);
  return found;
}

/** @param packed gzip */
async function unpacked(packed: Bytes): Promise<Bytes> {
  // Written, not piped from a Blob, whose bytes first travel through the browser: a third of the time.
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  const written = [writer.write(packed), writer.close()];
  const found = await new Response(readable).arrayBuffer();
  await Promise.all(written);
  return new Uint8Array(found);
}

const at = (bytes: Bytes, index: number): number => bytes[index] as number;

/** Numbers whose first bytes all come first, then all second ones, and so on. */
export function sorted(mixed: Bytes): Values {
  const count = mixed.length / 4;
  const [second, third, last] = [count, 2 * count, 3 * count];
  const bits = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) {
    bits[i] = at(mixed, i) | (at(mixed, second + i) << 8) | (at(mixed, third + i) << 16) | (at(mixed, last + i) << 24);
  }
  return new Float32Array(bits.buffer);
}

/** The same, the first of them in half precision: each is one of single precision's numbers. */
export function widened(mixed: Bytes, count: number): Values {
  const bits = new Uint16Array(count);
  for (let i = 0; i < count; i += 1) bits[i] = at(mixed, i) | (at(mixed, count + i) << 8);
  const rest = sorted(mixed.subarray(2 * count));
  const found = new Float32Array(count + rest.length);
  found.set(halves(new DataView(bits.buffer), 1));
  found.set(rest, count);
  return found;
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
