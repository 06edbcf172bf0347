/** A PNG's chunks: its header, its packed rows, and what stands beside them. */
import { checksum } from "../checksum.ts";
import { inflated } from "./inflate.ts";
import { textOf } from "./kinds.ts";
import type { Metadata } from "./metadata.ts";

export const [GREY, RGB, PALETTE, GREY_ALPHA, RGBA] = [0, 2, 3, 4, 6] as const;

export interface Png extends Metadata {
  width: number;
  height: number;
  depth: number;
  colour: number;
  isInterlaced: boolean;
  /** Red, green, blue. */
  palette: Uint8Array;
  /** Of a palette, opacities; else one colour, 16 bits a channel. */
  transparent: Uint8Array | null;
  frames: number;
  data: Uint8Array[];
}

interface Chunk {
  kind: string;
  body: Uint8Array;
}

const MOST_TEXT = 1 << 20;
const HEADER = 13;
const DEPTHS: Record<number, number[]> = {
  [GREY]: [1, 2, 4, 8, 16],
  [RGB]: [8, 16],
  [PALETTE]: [1, 2, 4, 8],
  [GREY_ALPHA]: [8, 16],
  [RGBA]: [8, 16],
};

/** @throws {RangeError} It is not one: why, in a few words. */
export async function chunksOf(content: Uint8Array): Promise<Png> {
  const chunks = [...read(content)];
  const [first] = chunks;
  if (first?.kind !== "IHDR" || first.body.length < HEADER) throw new RangeError("no header");
  const png = headerOf(first.body);
  let isAnimated = false;
  let isFirstOfAll = true; // the picture itself is the first frame of its animation
  for (const { kind, body } of chunks) {
    if (kind === "IDAT") png.data.push(body);
    else if (kind === "PLTE") png.palette = body;
    else if (kind === "tRNS") png.transparent = body;
    else if (kind === "acTL" && body.length >= 8) {
      png.frames = view(body).getUint32(0);
      isAnimated = true;
      isFirstOfAll = false;
    } else if (kind === "fcTL" && !png.data.length) isFirstOfAll = true;
    else await note(png, kind, body);
  }
  if (isAnimated && !isFirstOfAll) png.frames += 1;
  if (!png.data.length) throw new RangeError("no pixels");
  return png;
}

function headerOf(body: Uint8Array): Png {
  const [width, height] = [view(body).getUint32(0), view(body).getUint32(4)];
  const [depth = 0, colour = 0, packing, filtering, interlacing] = body.subarray(8, HEADER);
  if (packing || filtering || !DEPTHS[colour]?.includes(depth)) {
    throw new RangeError(`${depth} bits of colour type ${colour}`);
  }
  const nothing = { palette: new Uint8Array(), transparent: null, exif: null, xmp: "", icc: null };
  return { width, height, depth, colour, isInterlaced: interlacing !== 0, frames: 1, data: [], ...nothing };
}

/** What is said beside the pixels. */
async function note(png: Png, kind: string, body: Uint8Array): Promise<void> {
  if (kind === "eXIf") png.exif = body;
  else if (kind === "iCCP") {
    const end = body.indexOf(0);
    png.icc = await inflated([body.subarray(end + 2)], MOST_TEXT);
  } else if (kind === "iTXt" && textOf(body, 0, 17) === "XML:com.adobe.xmp") {
    const isPacked = body[18] === 1;
    const start = body.indexOf(0, body.indexOf(0, 20) + 1) + 1;
    const text = isPacked ? await inflated([body.subarray(start)], MOST_TEXT) : body.subarray(start);
    png.xmp = new TextDecoder().decode(text);
  } else if (kind === "zTXt" && textOf(body, 0, 21) === "Raw profile type exif") {
    const digits = new TextDecoder()
      .decode(await inflated([body.subarray(23)], MOST_TEXT))
      .split("\n")
      .slice(3);
    png.exif ??= Uint8Array.from(digits.join("").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  }
}

/** Up to the end, or to where it is cut off; before the pixels each is checked. */
function* read(content: Uint8Array): Generator<Chunk> {
  let isBeforePixels = true;
  for (let at = 8; at + 8 <= content.length; ) {
    const length = view(content).getUint32(at);
    const [kind, end] = [textOf(content, at + 4, at + 8), at + 8 + length];
    isBeforePixels &&= kind !== "IDAT";
    const body = content.subarray(at + 8, Math.min(end, content.length));
    if (isBeforePixels) {
      if (end + 4 > content.length) throw new RangeError("cut off");
      if (view(content).getUint32(end) !== checksum(content.subarray(at + 4, end))) {
        throw new RangeError(`wrong checksum of ${kind}`);
      }
    }
    yield { kind, body };
    if (kind === "IEND") return;
    at = end + 4;
  }
}

const view = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);
