/** A PNG's rows, each filtered by its own rule, perhaps in seven passes → one number a sample. */
import { inflated } from "./inflate.ts";
import { GREY_ALPHA, type Png, RGB, RGBA } from "./png_chunks.ts";

/** Adam7: where each pass begins, and its steps. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const WHOLE = [[0, 0, 1, 1]] as const;

export const samplesOf = ({ colour }: Png): number => ({ [RGB]: 3, [GREY_ALPHA]: 2, [RGBA]: 4 })[colour] ?? 1;

/**
 * Every sample as it is stored, 0 to 2 ** depth − 1, row by row.
 *
 * @throws {RangeError} There are too few of them.
 */
export async function rowsOf(png: Png): Promise<Uint8Array | Uint16Array> {
  const { width, height, depth } = png;
  const samples = samplesOf(png);
  const passes = (png.isInterlaced ? PASSES : WHOLE).map(([x, y, across, down]) => {
    const [wide, tall] = [Math.ceil((width - x) / across), Math.ceil((height - y) / down)];
    return { x, y, across, down, wide, tall, bytes: Math.ceil((wide * samples * depth) / 8) };
  });
  const used = passes.filter(({ wide, tall }) => wide > 0 && tall > 0);
  const packed = await inflated(
    png.data,
    used.reduce((sum, { tall, bytes }) => sum + tall * (bytes + 1), 0),
  );
  const made = depth === 16 ? new Uint16Array(width * height * samples) : new Uint8Array(width * height * samples);
  let at = 0;
  for (const { x, y, across, down, wide, tall, bytes } of used) {
    let before = new Uint8Array(bytes);
    for (let row = 0; row < tall; row += 1) {
      const line = packed.subarray(at + 1, at + 1 + bytes);
      if (line.length < bytes) throw new RangeError("the rows end too early");
      unfilter(packed[at] as number, line, before, Math.max(1, (samples * depth) >> 3));
      const to = ((y + row * down) * width + x) * samples;
      spread(line, depth, made, { to, count: wide, samples, step: across * samples });
      before = line;
      at += bytes + 1;
    }
  }
  return made;
}

/** @param back How many bytes before it the same sample of the pixel before lies. */
function unfilter(rule: number, line: Uint8Array, before: Uint8Array, back: number): void {
  if (rule > 4) throw new RangeError(`filter ${rule}`);
  if (rule === 0) return;
  for (let at = 0; at < line.length; at += 1) {
    const left = at < back ? 0 : (line[at - back] as number);
    const above = before[at] as number;
    const corner = at < back ? 0 : (before[at - back] as number);
    const guess =
      rule === 1 ? left : rule === 2 ? above : rule === 3 ? (left + above) >> 1 : paeth(left, above, corner);
    line[at] = (line[at] as number) + guess;
  }
}

function paeth(left: number, above: number, corner: number): number {
  const sum = left + above - corner;
  const [byLeft, byAbove, byCorner] = [Math.abs(sum - left), Math.abs(sum - above), Math.abs(sum - corner)];
  if (byLeft <= byAbove && byLeft <= byCorner) return left;
  return byAbove <= byCorner ? above : corner;
}

/** Put a row's samples where its pixels stand. */
function spread(
  line: Uint8Array,
  depth: number,
  made: Uint8Array | Uint16Array,
  { to, count, samples, step }: { to: number; count: number; samples: number; step: number },
): void {
  if (depth === 8 && step === samples) {
    made.set(line, to);
    return;
  }
  const most = 2 ** depth - 1;
  for (let pixel = 0, from = 0; pixel < count; pixel += 1) {
    for (let sample = 0; sample < samples; sample += 1, from += 1) {
      const bit = from * depth;
      const byte = line[bit >> 3] as number;
      const value =
        depth === 16 ? (byte << 8) | (line[(bit >> 3) + 1] as number) : (byte >> (8 - depth - (bit & 7))) & most;
      made[to + pixel * step + sample] = value;
    }
  }
}
