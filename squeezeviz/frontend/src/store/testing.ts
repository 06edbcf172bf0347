/** A host for tests of the store: it keeps what is asked, and says what a test has it say. */
import { Comm, type Model } from "../host/comm.ts";
import type { Pictures } from "../host/pictures.ts";
import { SETTABLE, type Traits } from "../protocol.ts";
import { Later } from "./later.ts";
import { joinLater } from "./second_part.ts";
import { Store } from "./store.ts";

const TRAITS: Partial<Traits> = {
  photo: "p",
  preset: "caffe2",
  layer: "conv1",
  channel: null,
  cell: null,
  class_index: null,
  contrast_class: null,
  pinned: [],
  compared: [],
  opened: [],
  ablated: {},
  tuned: {},
  held: {},
  scale: "channel",
};

export interface Sent {
  kind: string;
  id: string;
  [field: string]: unknown;
}

/** A store whose kernel is the test, with the page's second part. */
export function storeOf(traits: Partial<Traits> = {}) {
  joinSecondPart();
  const made = firstPartOf(traits);
  return { ...made, later: made.store.later() as Later };
}

/** What the second part does for stores, once it is there. */
export const joinSecondPart = () => joinLater((parts) => new Later(parts));

/** The same of a page whose second part has not come, where no other test of the file has had it. */
export function firstPartOf(traits: Partial<Traits> = {}) {
  const held: Record<string, unknown> = {
    ...Object.fromEntries(SETTABLE.map((name) => [name, ""])),
    ...TRAITS,
    ...traits,
  };
  const listeners = new Map<string, ((...values: unknown[]) => void)[]>();
  const sent: Sent[] = [];
  const emit = (event: string, ...values: unknown[]) =>
    listeners.get(event)?.forEach((listener) => void listener(...values));
  const model = {
    get: (name: string) => held[name],
    set: (name: string, value: unknown) => {
      held[name] = value;
      emit(`change:${name}`);
    },
    save_changes: () => undefined,
    send: (content: Sent) => void sent.push(content),
    on: (event: string, listener: () => void) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    off: (event: string) => void listeners.delete(event),
  } as unknown as Model;
  const decode = async (_owner: string, encoded: unknown[]) => encoded.map(() => ({}) as HTMLImageElement);
  const pictures = { decode, urls: () => [], close: () => undefined } as unknown as Pictures;
  globalThis.document ??= { createElement: () => new FakeElement() } as unknown as Document;
  const store = new Store(model, new Comm(model, pictures));
  /** @param buffers By name. */
  const say = (content: Record<string, unknown>, buffers: Record<string, ArrayBufferView> = {}) => {
    const views = Object.values(buffers).map((each) => new DataView(each.buffer, each.byteOffset, each.byteLength));
    emit("msg:custom", { ...content, buffers: Object.keys(buffers) }, views);
  };
  const asked = (kind: string) => sent.filter((each) => each.kind === kind);
  return { store, say, asked };
}

/** A page's element that nobody looks at: the camera and editing keep some. */
class FakeElement {
  width = 0;
  height = 0;
  getContext() {
    return null;
  }
}

/** A photo's answer, as a kernel tells it. */
export function photoSaid(id: string, logits: number[]): [Record<string, unknown>, Record<string, ArrayBufferView>] {
  const said = { kind: "photo", id, name: id, model: "net", preset: "caffe2", layers: null, notes: [], times: {} };
  return [said, { original: new Uint8Array(1), seen: new Uint8Array(1), logits: Float32Array.from(logits) }];
}

/** One layer's activation, as a kernel tells it: each channel is one cell. */
export function tensorSaid(id: string, photo: string, layer: string, values: number[]) {
  const about = { photo, model: "net", preset: "caffe2", layer, scale: 1, encoding: "float32", kernel_ms: 0 };
  const statistics = Float32Array.from([...values, ...values, ...values.map(() => 0)]);
  const said = { kind: "tensor", id, ...about, shape: [values.length, 1, 1] };
  return [said, { values: Float32Array.from(values), statistics }] as const;
}

/** The model that answers. */
export const MODEL = {
  kind: "model",
  id: "",
  name: "net",
  error: null,
  layers: [
    { name: "conv1", kind: "convolution", shape: [2, 1, 1], inputs: [] },
    { name: "conv2", kind: "convolution", shape: [3, 1, 1], inputs: ["conv1"] },
  ],
  labels: [{ label: "cat", wnid: "", also: [] }],
};
