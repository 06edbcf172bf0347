/** What is chosen on the page and pointed at, what is held and opened, and what follows from it. */
import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import { largestAt } from "../host/largest.ts";
import type { Networks } from "./networks.ts";
import type { Photos } from "./photos.ts";
import type { Tensors } from "./tensors.ts";
import type { ChosenTraits } from "./traits.ts";
import type { Layer, Photo, Point, Step } from "./types.ts";

/** Held, to be compared with what comes next. */
export interface Held {
  photo: Photo;
  layer: Layer;
  channel: number;
  classIndex: number;
}

export class Selection {
  readonly #traits: ChosenTraits;
  readonly #photos: Photos;
  readonly #networks: Networks;
  readonly #tensors: Tensors;
  readonly #hover = signal<Point | null>(null);
  readonly #channel: ReadonlySignal<number>;
  readonly #cell: ReadonlySignal<[number, number]>;
  readonly #classIndex: ReadonlySignal<number>;
  readonly #scale: ReadonlySignal<"channel" | "layer">;
  readonly #isEnlarged = signal(false);

  constructor(traits: ChosenTraits, photos: Photos, networks: Networks, tensors: Tensors) {
    this.#traits = traits;
    this.#photos = photos;
    this.#networks = networks;
    this.#tensors = tensors;
    this.#channel = computed(() => this.#channelNow());
    this.#cell = computed(() => this.#cellNow());
    this.#classIndex = computed(() => this.#classNow());
    this.#scale = computed(() => this.#scaleNow());
    traits.whenChanged(["layer"], () => {
      this.#hover.value = null;
    });
  }

  // The layer, its channel and a cell ---------------------------------------------------------------------------------

  /** The chosen one; the strongest, where none is chosen. */
  channel(): number {
    return this.#channel.value;
  }

  /** y, x. The chosen one; the strongest, where none is chosen. */
  cell(): [number, number] {
    return this.#cell.value;
  }

  hover(): Point | null {
    return this.#hover.value;
  }

  /** What is pointed at, else what is chosen. */
  looked(): Point {
    return this.#hover.value ?? { channel: this.channel(), cell: this.cell() };
  }

  /** What full colour stands for; where a channel is one value, only the layer's scale says anything. */
  scale(): "channel" | "layer" {
    return this.#scale.value;
  }

  /** Whether the chosen map is shown large, over the grid of all of them. */
  isEnlarged(): boolean {
    return this.#isEnlarged.value && !this.#traits.get("kernels");
  }

  enlarge(is: boolean): void {
    this.#isEnlarged.value = is;
    if (is && this.#traits.get("kernels")) this.#traits.set({ kernels: false });
  }

  point(point: Point | null): void {
    this.#hover.value = point;
  }

  /** Its strongest channel, unless one is named. */
  chooseLayer(layer: string, channel: number | null = null): void {
    this.#hover.value = null;
    this.#tensors.of(layer); // before the traits: the kernel takes messages in turn
    this.#traits.set({ layer, channel, cell: null });
  }

  chooseChannel(channel: number, cell: [number, number] | null = null): void {
    this.#traits.set({ channel, cell });
  }

  // Classes -----------------------------------------------------------------------------------------------------------

  /** The chosen one; the most probable, where none is chosen. */
  classIndex(): number {
    return this.#classIndex.value;
  }

  chooseClass(index: number | null): void {
    this.#traits.set({ class_index: index });
  }

  togglePin(index: number): void {
    const pinned = this.#traits.get("pinned");
    this.#traits.set({
      pinned: pinned.includes(index) ? pinned.filter((other) => other !== index) : [...pinned, index],
    });
  }

  /** The class that the chosen one is weighed against; null for none. */
  contrastClass(): number | null {
    const contrast = this.#traits.get("contrast_class");
    return contrast === this.classIndex() ? null : contrast;
  }

  // Numbers opened one from the other; the last is on show -------------------------------------------------------------

  opened(): Step[] {
    return this.#traits.get("opened");
  }

  /** @param isTerm Whether it is among the terms of the one on show. */
  open({ layer, channel, cell }: Step, isTerm = false): void {
    this.#traits.set({ opened: [...(isTerm ? this.opened() : []), { layer, channel, cell }] });
  }

  /** Choose a cell of the layer that is shown, and open it. */
  openCell({ channel, cell }: Point): void {
    const layer = this.#tensors.shown()?.layer;
    if (layer === undefined) return;
    this.chooseChannel(channel, cell);
    this.open({ layer, channel, cell });
  }

  /** Back to the number at a place of the path; before the first, nothing is open. */
  back(count: number): void {
    this.#traits.set({ opened: this.opened().slice(0, count) });
  }

  // Ablated -----------------------------------------------------------------------------------------------------------

  /** Layer → its channels. */
  ablated(): Record<string, number[]> {
    return this.#traits.get("ablated");
  }

  isAblated(layer: string, channel: number): boolean {
    return (this.ablated()[layer] ?? []).includes(channel);
  }

  /** Ablate channels of a layer; those that are all ablated already are restored. */
  toggleAblated(layer: string, channels: number[]): void {
    const before = this.ablated()[layer] ?? [];
    const areAblated = channels.every((channel) => before.includes(channel));
    const after = areAblated
      ? before.filter((channel) => !channels.includes(channel))
      : [...new Set([...before, ...channels])];
    const { [layer]: _, ...others } = this.ablated();
    // The chosen channel stays, though it is the strongest no more.
    this.#traits.set({ channel: this.channel(), ablated: after.length ? { ...others, [layer]: after } : others });
  }

  restoreAll(): void {
    this.#traits.set({ ablated: {} });
  }

  // Held --------------------------------------------------------------------------------------------------------------

  /** Null where nothing is, or its photo is gone. */
  held(): Held | null {
    const held = this.#traits.get("held");
    if (held.photo === undefined) return null;
    const photo = this.#photos.called(held.photo);
    const layer = photo && this.#networks.plain()?.layers?.find(({ name }) => name === held.layer);
    return photo && layer ? { photo, layer, channel: held.channel, classIndex: held.class_index } : null;
  }

  /** Hold a photo with what is chosen now: the layer, its channel, and the class. */
  hold(photo: Photo): void {
    const layer = this.#networks.layer();
    if (!layer) return;
    const [channel, class_index] = [this.channel(), this.classIndex()];
    this.#traits.set({ held: { photo: photo.id, layer: layer.name, channel, class_index } });
  }

  letGo(): void {
    this.#traits.set({ held: {} });
  }

  #classNow(): number {
    const [chosen, photo] = [this.#traits.get("class_index"), this.#photos.photo()];
    return chosen !== null && photo && chosen < photo.logits.length ? chosen : (photo?.ranking[0] ?? 0);
  }

  #scaleNow(): "channel" | "layer" {
    const [, height, width] = this.#tensors.shown()?.shape ?? [0, 0, 0];
    return height * width === 1 ? "layer" : this.#traits.get("scale");
  }

  #channelNow(): number {
    const tensor = this.#tensors.shown();
    const chosen = this.#traits.get("channel");
    if (!tensor) return 0;
    const isOfLayer = tensor.layer === this.#networks.layer()?.name;
    if (chosen !== null && chosen < tensor.shape[0] && isOfLayer) return Math.max(0, chosen);
    return largestAt(tensor.mean);
  }

  #cellNow(): [number, number] {
    const tensor = this.#tensors.shown();
    if (!tensor) return [0, 0];
    const [, height, width] = tensor.shape;
    const chosen = this.#traits.get("cell");
    if (chosen && chosen[0] < height && chosen[1] < width) return chosen;
    const start = this.channel() * height * width;
    const map = tensor.values.subarray(start, start + height * width);
    const at = largestAt(map);
    return [Math.floor(at / width), at % width];
  }
}
