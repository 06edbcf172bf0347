/**
 * What answers a page that has no kernel: the same messages as ../../../explorer/state.py, from the numbers in the file. It
 * is the model that comm.ts is given, so that everything above it is what it is in a notebook.
 */
import { distance } from "../engine/distance.ts";
import { inputOf, seenOf, statistics } from "../engine/input.ts";
import { open, type Source } from "../engine/open.ts";
import type { Affine, Picture, Values } from "../engine/types.ts";
import type { Message, Request, Traits } from "../protocol.ts";
import { bytes, numbers, picture } from "./blocks.ts";
import type { Model } from "./comm.ts";
import type { Contents, PagePhoto, Preprocessed } from "./contents.ts";
import { sigmoid, softmax } from "./decode.ts";
import { largestAt } from "./largest.ts";
import { pngOf } from "./pixels.ts";
import { type Run, Runs } from "./runs.ts";

// biome-ignore lint/suspicious/noExplicitAny: as in Model, each event has values of its own
type Listener = (...values: any[]) => void;
type Asked<Kind extends Request["kind"]> = Extract<Request, { kind: Kind }>;
type Answers = { [Kind in Request["kind"]]?: (asked: Asked<Kind>) => Promise<void> };

export class OfflineHost implements Model {
  readonly contents: Contents;
  readonly #runs: Runs;
  readonly #traits: Traits;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #changed = new Set<string>();
  /** Unpacked once: a number is opened at every step of the pointer. */
  readonly #pictures = new Map<number, Promise<Picture>>();
  readonly #answers: Answers = {
    ready: (asked) => this.#ready(asked),
    tensor: (asked) => this.#tensor(asked),
    variants: (asked) => this.#variants(asked),
    weights: (asked) => this.#weights(asked),
    class_weights: (asked) => this.#classWeights(asked),
    distance: (asked) => this.#distance(asked),
    open: (asked) => this.#open(asked),
  };

  constructor(contents: Contents) {
    this.contents = contents;
    this.#runs = new Runs(contents);
    this.#traits = structuredClone(contents.traits);
  }

  /** What the numbers say of themselves. */
  get progress(): Runs["progress"] {
    return this.#runs.progress;
  }

  // As a widget's model -----------------------------------------------------------------------------------------------

  get<Name extends keyof Traits>(name: Name): Traits[Name] {
    return this.#traits[name];
  }

  set(name: string, value: unknown): void {
    const traits = this.#traits as unknown as Record<string, unknown>;
    if (JSON.stringify(traits[name]) === JSON.stringify(value)) return;
    traits[name] = value;
    this.#changed.add(name);
    this.#emit(`change:${name}`);
  }

  save_changes(): void {
    if (this.#changed.has("preset")) void this.#tellPhotos();
    this.#changed.clear();
  }

  send(content: unknown): void {
    queueMicrotask(() => void this.#answer(content as Request));
  }

  on(event: string, listener: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  #emit(event: string, ...values: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...values);
  }

  /** As a kernel sends it: its buffers behind it, by name. */
  #tell(message: Message): void {
    const { buffers = {}, ...content } = message as { buffers?: Record<string, DataView> };
    this.#emit("msg:custom", { ...content, buffers: Object.keys(buffers) }, Object.values(buffers));
  }

  async #answer(asked: Request): Promise<void> {
    const { id, name, layer } = asked as Request & { name?: string; layer?: string };
    try {
      const answer = this.#answers[asked.kind] as ((asked: Request) => Promise<void>) | undefined;
      if (!answer) throw new RangeError("this page is a file without a kernel: it shows what was put in");
      await answer(asked);
    } catch (problem) {
      this.#tell({ kind: "failed", id, name: name ?? layer ?? "", message: wordsOf(problem) });
    }
  }

  // Answers -----------------------------------------------------------------------------------------------------------

  async #ready({ id }: Asked<"ready">): Promise<void> {
    const { setting, model, photos } = this.contents;
    this.#tell({ ...setting, id, buffers: {} });
    this.#tell({ ...model, id });
    for (const photo of photos) this.#tell({ kind: "working", id: photo.id, name: photo.name });
    await this.#tellPhotos();
  }

  /** The one that is looked at comes first; the strip keeps their order all the same. */
  async #tellPhotos(): Promise<void> {
    const { photos } = this.contents;
    const preset = this.#traits.preset;
    const stage = photos.filter(({ id }) => id === this.#traits.photo).slice(0, 1);
    const others = photos.filter((photo) => !stage.includes(photo));
    for (const photo of [...stage, ...others]) await this.#tellPhoto(photo, preset);
  }

  async #tellPhoto(photo: PagePhoto, preset: string): Promise<void> {
    try {
      const { cropped, logits, display, message } = preprocessedOf(photo, preset);
      const input = inputOf(await picture(cropped), this.contents.affine[preset] as Affine);
      const buffers = {
        original: viewOf(bytes(display)),
        seen: await pngOf(seenOf(input, this.contents.own)),
        logits: viewOf(await numbers(logits)),
      };
      this.#tell({ ...message, buffers });
    } catch (problem) {
      this.#tell({ kind: "failed", id: photo.id, name: photo.name, message: `${photo.name}: ${wordsOf(problem)}` });
    }
  }

  async #tensor(asked: Asked<"tensor">): Promise<void> {
    const { id, layer } = asked;
    const preset = asked.preset ?? this.#traits.preset;
    const photo = this.#photo(asked.photo);
    preprocessedOf(photo, preset);
    const { shape, values } = (await this.#runs.of(photo, preset)).maps(layer);
    const maps = { shape, values: values.slice() };
    this.#tell({
      kind: "tensor",
      id,
      photo: photo.id,
      model: this.contents.model.name,
      preset: asked.preset_key ?? preset,
      layer,
      shape: maps.shape,
      encoding: "float32",
      scale: 1,
      kernel_ms: Number.POSITIVE_INFINITY, // no time is spent on a way
      buffers: { values: viewOf(maps.values), statistics: viewOf(statistics(maps)) },
    });
  }

  async #variants({ id, presets, ...asked }: Asked<"variants">): Promise<void> {
    const { setting, model } = this.contents;
    const photo = this.#photo(asked.photo);
    const names = [...new Set([this.#traits.preset, ...(presets ?? [])])].filter((name) => photo.preprocessed[name]);
    const rows = names.map(async (preset) => {
      const { logits: held, message } = preprocessedOf(photo, preset);
      const logits = await numbers(held);
      const best = largestAt(logits);
      const origin = setting.presets.find(({ name }) => name === preset)?.origin ?? "";
      const probability = (message.is_sigmoid ? sigmoid : softmax)(logits)[best] ?? 0;
      return { preset, origin, class_index: best, label: model.labels[best]?.label ?? "", probability };
    });
    this.#tell({ kind: "variants", id, photo: photo.id, model: model.name, rows: await Promise.all(rows) });
  }

  async #weights({ id, layer }: Asked<"weights">): Promise<void> {
    const { shape, kernels, bias } = await this.#runs.weights(layer);
    const buffers = { kernels: viewOf(kernels), bias: viewOf(bias) };
    this.#tell({ kind: "weights", id, model: this.contents.model.name, layer, shape, buffers });
  }

  async #classWeights({ id, class_index: index }: Asked<"class_weights">): Promise<void> {
    const { class_weights: held, model } = this.contents;
    if (!held) throw new RangeError("this network's maps of classes are a layer's own, or it has none");
    const [count, channels] = held.shape;
    const both = await numbers(held.block);
    const weights = both.slice(index * channels, (index + 1) * channels);
    const bias = both[count * channels + index] as number;
    this.#tell({
      kind: "class_weights",
      id,
      model: model.name,
      class_index: index,
      bias,
      buffers: { weights: viewOf(weights) },
    });
  }

  async #distance({ id, ...asked }: Asked<"distance">): Promise<void> {
    const [photo, other] = [this.#photo(asked.photo), this.#photo(asked.other)];
    const [here, there] = await Promise.all([this.#whole(photo), this.#whole(other)]);
    const found = distance(here.layers, here.maps, there.maps);
    this.#tell({ kind: "distance", id, photo: photo.id, other: other.id, ...found });
  }

  async #open({ id, layer, channel, cell, count, ...asked }: Asked<"open">): Promise<void> {
    const [photo, preset] = [this.#photo(asked.photo), this.#traits.preset];
    const calculation = open(await this.#source(photo, preset), layer, channel, cell, count ?? null);
    this.#tell({ kind: "calculation", id, photo: photo.id, model: this.contents.model.name, preset, calculation });
  }

  /** Where a photo's numbers are. */
  async #source(photo: PagePhoto, preset: string): Promise<Source> {
    const run = await this.#whole(photo);
    const { geometry, pixels } = run.preprocessed;
    return {
      input: this.contents.input,
      layers: run.layers,
      graphSpec: run.preprocessed.graph_spec ?? this.contents.graph_spec,
      maps: run.maps,
      weights: (name) => this.#runs.weightsHere(name),
      preset,
      affine: this.contents.affine[preset] as Affine,
      cropped: run.cropped,
      geometry,
      pixels: pixels === null ? null : await this.#picture(pixels),
    };
  }

  /** All the way, in the preprocessing in use. */
  async #whole(photo: PagePhoto): Promise<Run> {
    preprocessedOf(photo, this.#traits.preset);
    return this.#runs.of(photo, this.#traits.preset);
  }

  #photo(id: string | undefined): PagePhoto {
    const found = this.contents.photos.find((photo) => photo.id === id);
    if (!found) throw new RangeError("this photo is not in the file");
    return found;
  }

  #picture(block: number): Promise<Picture> {
    const known = this.#pictures.get(block) ?? picture(block);
    this.#pictures.set(block, known);
    return known;
  }
}

function preprocessedOf(photo: PagePhoto, preset: string): Preprocessed {
  const found = photo.preprocessed[preset];
  if (found) return found;
  throw new RangeError(photo.problems[preset] ?? `the file does not hold this photo as '${preset}' prepares it`);
}

const viewOf = ({ buffer, byteOffset, byteLength }: Values | Uint8Array<ArrayBuffer>): DataView =>
  new DataView(buffer, byteOffset, byteLength);

const wordsOf = (problem: unknown): string => (problem instanceof Error ? problem.message : String(problem));
