/** Layers' activations: asked for when they are looked at, or a little ahead, and kept within bounds. */
import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Comm } from "../host/comm.ts";
import { tensorKey } from "../host/decode.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import { Cells, Version } from "./signals.ts";
import { type ChosenTraits, YOURS } from "./traits.ts";
import type { Layer, Photo, Tensor } from "./types.ts";

const MOST_BYTES = 96e6;
const LAG_MS = 1000; // how old a layer that is not the chosen one may be while the camera's frames come
const NEXT_MS = 15; // still nothing: the next of those that may be asked for next
const QUIET_MS = 120; // nothing has been asked for or arrived: time for what may be asked for next

/** What tensors must know of the rest of the page. */
interface Page {
  comm: Comm;
  traits: ChosenTraits;
  photos: Photos;
  networks: Networks;
  isSilent(): boolean;
  /** A layer of a photo that moves is looked at: its next states bring it along. */
  want(photo: Photo, layer: string): void;
}

export class Tensors {
  readonly #page: Page;
  readonly #known = new Cells<Tensor>();
  readonly #asked = new Set<string>();
  /** Asked for before anybody needs it. */
  #ahead: { key: string; id: string } | null = null;
  /** The layer that is pointed at. */
  #pointed = "";
  #quiet: ReturnType<typeof setTimeout> | undefined;
  /** When the last frames brought a layer. */
  readonly #broughtAt = new Map<string, number>();
  readonly #shown: ReadonlySignal<Tensor | null>;
  /** Milliseconds of the chosen layer's last way to the page, and of drawing it. */
  readonly #times = signal({ transfer: 0, draw: 0 });
  /** Of those that somebody waits for. */
  readonly version = new Version();

  constructor(page: Page) {
    this.#page = page;
    let last: Tensor | null = null;
    this.#shown = computed(() => {
      last = page.photos.photo() ? (this.of() ?? last) : null;
      return last;
    });
    page.traits.whenChanged(["layer"], () => this.#fetchAhead(QUIET_MS));
  }

  /** The activation of a layer, the chosen one by default; null while it is on its way. */
  of(name?: string, photo: Photo | null = this.#page.photos.photo()): Tensor | null {
    const layer = name ?? this.#page.networks.layer()?.name;
    if (!photo || !layer) return null;
    if (photo.isMoving) this.#page.want(photo, layer);
    const key = tensorKey(photo.id, photo.model, photo.preset, layer);
    return this.#known.get(key) ?? this.#await(key, photo, layer);
  }

  /** The chosen layer's under another preprocessing, or null while it is on its way. */
  under(preset: string): Tensor | null {
    const { photos, networks, traits } = this.#page;
    const [photo, layer] = [photos.photo(), networks.layer()];
    if (!photo || !layer) return null;
    const key = tensorKey(photo.id, photo.model, traits.presetKey(preset), layer.name);
    return this.#known.get(key) ?? this.#await(key, photo, layer.name, preset);
  }

  /** The chosen layer's; while it is on its way, the one on show before. */
  shown(): Tensor | null {
    return this.#shown.value;
  }

  /** Somebody points at a layer: it may be the next. */
  pointAt(layer: string): void {
    this.#pointed = layer;
    this.#fetchAhead(0);
  }

  times(): { transfer: number; draw: number } {
    return this.#times.value;
  }

  /** The maps were drawn. While a photo moves, the next of its states says it. */
  drew(ms: number): void {
    this.#time({ draw: ms });
  }

  // What comes of it --------------------------------------------------------------------------------------------------

  receive(tensor: Tensor): void {
    const isAwaited = this.#asked.delete(tensor.key) || tensor.layer === this.#page.traits.get("layer");
    const wasAhead = this.#ahead?.key === tensor.key;
    if (wasAhead) this.#ahead = null;
    this.#known.set(tensor.key, tensor);
    const photo = this.#page.photos.called(tensor.key.split("\n")[0] ?? "");
    if (photo?.isLive || photo?.isEdit || photo?.isGrown) this.#broughtAt.set(tensor.key, performance.now());
    this.#bound();
    if (isAwaited) this.version.changed();
    this.#fetchAhead(wasAhead && !isAwaited ? NEXT_MS : QUIET_MS);
  }

  transferred(layer: string, ms: number): void {
    if (layer === this.#page.traits.get("layer")) this.#time({ transfer: ms });
  }

  /** All that were known of an answer, or of every answer whose key begins so. */
  forget(start: string): void {
    for (const [key] of this.#known.entries()) if (key.startsWith(start)) this.#known.delete(key);
  }

  /** What was asked in vain may be asked again. */
  forgetOpen(): void {
    this.#asked.clear();
    this.#ahead = null;
  }

  // While a photo moves -----------------------------------------------------------------------------------------------

  /** What its new state has brought; what was brought by the last few may lag behind, what is older is let go. */
  bring(photo: Photo, brought: Tensor[]): void {
    const now = performance.now();
    if (!photo.isMoving) {
      this.#broughtAt.clear();
      this.forget(photo.id); // everything is to be of this very state now
    }
    for (const [key] of this.#known.entries()) {
      if (key.startsWith(`${photo.id}\n`) && now - (this.#broughtAt.get(key) ?? 0) > LAG_MS) this.#known.delete(key);
    }
    for (const tensor of brought) {
      this.#known.set(tensor.key, tensor);
      this.#broughtAt.set(tensor.key, now);
      this.#asked.delete(tensor.key);
    }
    this.version.changed();
  }

  /** It moves no more, and is gone. */
  lose(photo: string): void {
    this.forget(photo);
    this.#broughtAt.clear();
  }

  close(): void {
    clearTimeout(this.#quiet);
  }

  #await(key: string, photo: Photo, layer: string, preset?: string): null {
    const { comm, traits, isSilent } = this.#page;
    if (isSilent() || this.#asked.has(key)) return null;
    this.#asked.add(key);
    if (this.#ahead?.key === key) comm.expect([this.#ahead.id]);
    else comm.ask({ kind: "tensor", name: layer, photo: photo.id, layer, ...(preset ? otherOf(traits, preset) : {}) });
    return null;
  }

  #time(times: Partial<{ transfer: number; draw: number }>): void {
    const all = { ...this.#times.peek(), ...times };
    if (this.#page.photos.photo()?.isMoving) Object.assign(this.#times.peek(), times);
    else this.#times.value = all;
  }

  #bound(): void {
    const entries = this.#known.entries();
    let bytes = entries.reduce((sum, [, { values }]) => sum + values.byteLength, 0);
    for (const [key, { values }] of entries) {
      if (bytes < MOST_BYTES) return;
      this.#known.delete(key);
      bytes -= values.byteLength;
    }
  }

  // The layers that are likely to be chosen next come while nothing else is going on: choosing one then waits for nobody.
  #fetchAhead(afterMs: number): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      const { comm, photos, networks, isSilent } = this.#page;
      const [photo, layer] = [photos.photo(), networks.layer()];
      if (!photo || photo.isMoving || !layer || this.#ahead || this.#asked.size || isSilent()) return;
      if (photos.isWorking() || networks.isChoosing()) return;
      const layers = networks.network()?.layers ?? [];
      const pointed = layers.some(({ name }) => name === this.#pointed) ? [this.#pointed] : [];
      const next = [...pointed, ...likelyNext(layers, layer)]
        .map((name) => ({ name, key: tensorKey(photo.id, photo.model, photo.preset, name) }))
        .find(({ key }) => !this.#known.has(key));
      if (!next) return;
      const id = comm.ask({ kind: "tensor", name: next.name, photo: photo.id, layer: next.name }, { isAwaited: false });
      this.#ahead = { key: next.key, id };
    }, afterMs);
  }
}

/** How a request names another preprocessing; what it is, where it is one's own: a kernel that is busy hears of traits late. */
export function otherOf(traits: ChosenTraits, preset: string) {
  const own = preset === YOURS ? { preprocessing: traits.get("tuned") } : {};
  return { preset, preset_key: traits.presetKey(preset), ...own };
}

/** The nearest layers first; of modules, but the chosen one's, only what comes out of them. */
export function likelyNext(layers: Layer[], chosen: Layer): string[] {
  const at = layers.indexOf(chosen);
  return layers
    .map(({ name, module, branch }, index) => ({
      name,
      isInside: Boolean(module) && branch !== "concat" && module !== chosen.module,
      distance: Math.abs(index - at),
    }))
    .filter(({ isInside }) => !isInside)
    .sort((a, b) => a.distance - b.distance)
    .map(({ name }) => name);
}
