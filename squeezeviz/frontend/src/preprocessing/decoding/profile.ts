/** A photo's embedded colour profile (ICC): what it is called, and whether it is sRGB under another name. */
import { textOf } from "./kinds.ts";

export interface Profile {
  name: string;
  /** What its numbers are: "RGB", "GRAY", "CMYK" … */
  space: string;
  isSrgb: boolean;
}

type Triple = [number, number, number];
type Curve = (value: number) => number;

/** Profiles that are sRGB come in many roundings: what they do to colours tells, in levels of 255. */
const SAME_WITHIN = 2;
/** From the profiles' own XYZ, of D50, to linear sRGB: IEC 61966-2-1, Bradford-adapted. */
const TO_SRGB: Triple[] = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
];
const USED = ["RGB", "GRAY"];

/** Null if it is damaged. */
export function profileOf(data: Uint8Array): Profile | null {
  try {
    if (textOf(data, 36, 40) !== "acsp") return null;
    const tags = tagsOf(data);
    const space = textOf(data, 16, 20).trim();
    const name = nameOf(tags.get("desc")) || "without a name";
    return { name, space, isSrgb: USED.includes(space) && isLikeSrgb(space, tags) };
  } catch {
    return null; // it ends before it is complete
  }
}

function tagsOf(data: Uint8Array): Map<string, DataView> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const tags = new Map<string, DataView>();
  for (let tag = 0; tag < view.getUint32(128); tag += 1) {
    const at = 132 + 12 * tag;
    const [start, size] = [view.getUint32(at + 4), view.getUint32(at + 8)];
    tags.set(textOf(data, at, at + 4), new DataView(data.buffer, data.byteOffset + start, size));
  }
  return tags;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: DataView) => new Uint8Array(buffer, byteOffset, byteLength);

function nameOf(tag: DataView | undefined): string {
  if (!tag) return "";
  const [bytes, kind] = [bytesOf(tag), tag.getUint32(0)];
  if (kind === 0x6d6c7563) {
    const [length, start] = [tag.getUint32(20), tag.getUint32(24)]; // mluc: the first of its languages
    return new TextDecoder("utf-16be")
      .decode(bytes.subarray(start, start + length))
      .replace(/[ \0\n]+$/, "")
      .slice(0, 60);
  }
  return textOf(bytes, 12, 12 + tag.getUint32(8))
    .replace(/[ \0\n]+$/, "")
    .slice(0, 60);
}

function isLikeSrgb(space: string, tags: Map<string, DataView>): boolean {
  if (tags.has("A2B0") || tags.has("A2B1")) return false; // by tables, as sRGB never is
  const levels = [0, 51, 102, 153, 204, 255];
  if (space === "GRAY") {
    const curve = curveOf(tags.get("kTRC"));
    return Array.from({ length: 256 }, (_, at) => at).every((at) => isSame(encoded(curve(at / 255)), at));
  }
  const curves = ["rTRC", "gTRC", "bTRC"].map((name) => curveOf(tags.get(name)));
  const columns = ["rXYZ", "gXYZ", "bXYZ"].map((name) => xyzOf(tags.get(name)));
  for (const red of levels) {
    for (const green of levels) {
      for (const blue of levels) {
        const colour = [red, green, blue];
        const linear = colour.map((level, at) => (curves[at] as Curve)(level / 255));
        const xyz = [0, 1, 2].map((row) =>
          columns.reduce((sum, column, at) => sum + (column[row] as number) * (linear[at] as number), 0),
        );
        const made = TO_SRGB.map((row) => row.reduce((sum, weight, at) => sum + weight * (xyz[at] as number), 0));
        if (!made.every((value, at) => isSame(encoded(value), colour[at] as number))) return false;
      }
    }
  }
  return true;
}

const isSame = (made: number, level: number) => Math.abs(Math.round(255 * made) - level) <= SAME_WITHIN;

/** As sRGB writes light. */
function encoded(linear: number): number {
  const light = Math.min(1, Math.max(0, linear));
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

const fixed = (view: DataView, at: number) => view.getInt32(at) / 65536;

function xyzOf(tag: DataView | undefined): Triple {
  if (!tag) throw new RangeError("no primaries");
  return [fixed(tag, 8), fixed(tag, 12), fixed(tag, 16)];
}

function curveOf(tag: DataView | undefined): Curve {
  if (!tag) throw new RangeError("no curve");
  if (tag.getUint32(0) === 0x70617261) return parametric(tag);
  const count = tag.getUint32(8);
  if (count === 0) return (value) => value;
  if (count === 1) return (value) => value ** (tag.getUint16(12) / 256);
  const table = Array.from({ length: count }, (_, at) => tag.getUint16(12 + 2 * at) / 65535);
  return (value) => {
    const place = value * (count - 1);
    const first = Math.min(count - 2, Math.floor(place));
    const [here, next] = [table[first] as number, table[first + 1] as number];
    return here + (next - here) * (place - first);
  };
}

/** ICC.1:2010, 10.16: five forms of one, of ever more parameters. */
function parametric(tag: DataView): Curve {
  const form = tag.getUint16(8);
  const count = [1, 3, 4, 5, 7][form];
  if (!count) throw new RangeError("no such curve");
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, at) =>
    fixed(tag, 12 + 4 * at),
  );
  if (form === 0) return (value) => value ** g;
  const raised = (value: number) => Math.max(0, a * value + b) ** g;
  if (form < 3) return (value) => (value >= -b / a ? raised(value) : 0) + (form === 2 ? c : 0);
  return (value) => (value >= d ? raised(value) + e : c * value + f);
}
