/** Bytes of messages → numbers of the page. */
import type { Maps, Message } from "../protocol.ts";
import type { Logits, Tensor } from "../store/types.ts";

let table: Float32Array | null = null;

/** Half precision → number, for every bit pattern. Made when it is asked for: it takes as long as a page's first frame. */
function halfTable(): Float32Array {
  table ??= madeTable();
  return table;
}

function madeTable(): Float32Array {
  const table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits += 1) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 31) table[bits] = fraction ? NaN : sign * Infinity;
    else table[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
}

/** A copy that begins on a boundary typed arrays accept. */
export const bytesOf = (view: DataView): ArrayBuffer =>
  view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer;
/** Not a copy where the numbers came by themselves, as the page's own engine sends them: a layer has millions. */
export const floatsOf = (view: DataView): Float32Array =>
  new Float32Array(view.byteLength === view.buffer.byteLength ? (view.buffer as ArrayBuffer) : bytesOf(view));
/** Not a copy. */
export const pixelsOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/**
 * A message with its buffers under their names; `field/key` is the key of a field.
 *
 * @param content Names them in the order in which they come.
 */
export function named(content: Record<string, unknown>, views: DataView[]): Message {
  const { buffers: names = [], ...rest } = content as { buffers?: string[] };
  const buffers: Record<string, DataView | Record<string, DataView | undefined> | undefined> = {};
  names.forEach((name, at) => {
    const slash = name.indexOf("/");
    if (slash < 0) buffers[name] = views[at];
    else {
      const field = name.slice(0, slash);
      buffers[field] = { ...(buffers[field] as Record<string, DataView>), [name.slice(slash + 1)]: views[at] };
    }
  });
  return { ...revived(rest), buffers } as unknown as Message;
}

const BEYOND_JSON: Record<string, number> = { NaN, Infinity, "-Infinity": -Infinity };

/** Plain data whose numbers are numbers again: JSON has no infinity, see `explorer/protocol/fields.py`. Changes what it is given. */
export function revived<T>(data: T): T {
  if (typeof data !== "object" || data === null) return data;
  const { $number: said } = data as { $number?: string };
  if (said !== undefined && said in BEYOND_JSON) return BEYOND_JSON[said] as T;
  const parts = data as Record<string, unknown>;
  for (const key of Object.keys(parts)) {
    if (typeof parts[key] === "object") parts[key] = revived(parts[key]);
  }
  return data;
}

/** Half precision, to be multiplied. */
export function halves(view: DataView, scale: number): Float32Array {
  const [buffer, start] = view.byteOffset % 2 ? [bytesOf(view), 0] : [view.buffer, view.byteOffset];
  const { Float16Array } = globalThis as { Float16Array?: typeof Float32Array };
  if (Float16Array) {
    // Of browsers from 2025 on, and several times as fast.
    const exact = new Float32Array(new Float16Array(buffer, start, view.byteLength / 2));
    for (let i = 0; i < exact.length; i += 1) exact[i] = (exact[i] as number) * scale;
    return exact;
  }
  const bits = new Uint16Array(buffer, start, view.byteLength / 2);
  const [table, values] = [halfTable(), new Float32Array(bits.length)];
  for (let i = 0; i < bits.length; i += 1) values[i] = (table[bits[i] as number] as number) * scale;
  return values;
}

/** What a passing frame has: steps of 1/255 of each channel's maximum. */
export function fromSteps(view: DataView, maxima: Float32Array): Float32Array {
  const steps = pixelsOf(view);
  const values = new Float32Array(steps.length);
  const cells = steps.length / maxima.length;
  let at = 0;
  for (const most of maxima) {
    const step = most / 255;
    for (const end = at + cells; at < end; at += 1) values[at] = (steps[at] as number) * step;
  }
  return values;
}

/** Where a logit is infinite or no number, none of the probabilities is one. */
export function softmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Each class for itself. */
export const sigmoid = (logits: Float32Array): Float64Array =>
  Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));

/** Every class's logit, and what follows from them. @param isSigmoid Whether each class is answered for itself. */
export function logitsOf(view: DataView, isSigmoid = false): Logits {
  const logits = floatsOf(view);
  const rank = Array.from(logits, (logit) => (Number.isNaN(logit) ? -Infinity : logit)); // NaN is neither more nor less
  const ranking = [...logits.keys()].sort((a, b) => (rank[b] ?? 0) - (rank[a] ?? 0) || a - b);
  return { logits, ranking, probabilities: isSigmoid ? sigmoid(logits) : softmax(logits) };
}

export const tensorKey = (photo: string, network: string, preset: string, layer: string): string =>
  [photo, network, preset, layer].join("\n");

/**
 * @param about Layer and shape, and how its values travel.
 * @param view Its values.
 * @param rest Its channels' statistics.
 */
export function tensorOf(
  { layer, shape, scale, encoding }: Maps,
  from: { photo: string; model: string; preset: string },
  view: DataView,
  rest: DataView,
): Tensor {
  const statistics = floatsOf(rest);
  const [channels] = shape;
  const max = statistics.subarray(0, channels);
  const values = encoding === "float32" ? floatsOf(view) : encoding === "steps" ? fromSteps(view, max) : null;
  return {
    key: tensorKey(from.photo, from.model, from.preset, layer),
    layer,
    shape,
    values: values ?? halves(view, scale),
    max,
    mean: statistics.subarray(channels, 2 * channels),
    zero: statistics.subarray(2 * channels),
  };
}
