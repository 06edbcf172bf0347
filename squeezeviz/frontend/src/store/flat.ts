/**
 * The store as views that are not yet ported see it: one object of functions, and topics to listen to. It goes with the last
 * of them; what is ported reads `Store` itself, and is told by what it reads.
 */
import { effect } from "@preact/signals-core";
import { createTask } from "../draw/scheduler.ts";
import { look } from "../draw/theme.ts";
import type { Trait, Traits } from "../protocol.ts";
import type { Store as Deep } from "./store.ts";
import type { Cleanup, Step, Tensor } from "./types.ts";

export type { Entry } from "./types.ts";

const READS = {
  setting: ({ networks, traits }: Deep) => [
    networks.setting(),
    traits.get("preset"),
    traits.get("tuned"),
    traits.get("compared"),
  ],
  network: ({ networks }: Deep) => [networks.plain(), networks.isChoosing(), networks.network()],
  photos: (store: Deep) => [store.photos.all(), store.isWorking(), store.isSilent(), store.traits.get("photo")],
  photo: ({ photos, traits }: Deep) => [photos.photo(), traits.get("photo")],
  tensor: ({ tensors }: Deep) => [tensors.version.read()],
  selection: ({ traits, networks }: Deep) => [
    ...(["layer", "channel", "cell", "photo"] as const).map((trait) => traits.get(trait)),
    networks.plain(),
  ],
  hover: ({ selection }: Deep) => [selection.hover()],
  class: ({ traits, photos, networks }: Deep) => [
    ...(["class_index", "pinned", "cam", "photo"] as const).map((trait) => traits.get(trait)),
    photos.photo(),
    networks.plain(),
  ],
  look: ({ traits }: Deep) => [
    ...(["sort", "scale", "palette", "view", "kernels"] as const).map((trait) => traits.get(trait)),
    look(),
  ],
  silent: (store: Deep) => [store.isSilent()],
  compared: ({ resources, photos, traits }: Deep) => [
    resources.version.read(),
    photos.photo(),
    ...(["compared", "against", "comparing", "tuned"] as const).map((trait) => traits.get(trait)),
  ],
  inside: (store: Deep) => [
    store.resources.version.read(),
    store.traits.get("opened"),
    store.traits.get("held"),
    store.isSilent(),
  ],
  why: ({ traits }: Deep) => [traits.get("explaining")],
  ablated: ({ traits }: Deep) => [traits.get("ablated"), traits.get("ablation_fill")],
} as const;

export type Topic = keyof typeof READS;

export class FlatStore {
  readonly deep: Deep;
  readonly edit: Deep["moving"]["edit"];

  constructor(deep: Deep) {
    this.deep = deep;
    this.edit = deep.moving.edit;
  }

  /** Be called in the frame after something has changed. */
  readonly on = (topics: Topic[], listener: () => void): Cleanup => {
    const task = createTask(listener);
    let isFirst = true;
    const forget = effect(() => {
      for (const topic of topics) READS[topic](this.deep);
      if (!isFirst) task.request();
      isFirst = false;
    });
    return () => {
      forget();
      task.cancel();
    };
  };

  readonly get = <Name extends Trait>(trait: Name): Traits[Name] => this.deep.traits.get(trait);
  readonly set = (traits: Record<string, unknown>) => this.deep.traits.set(traits as Partial<Traits>);

  readonly chooseLayer = (layer: string, channel: number | null = null) =>
    this.deep.selection.chooseLayer(layer, channel);
  readonly chooseChannel = (channel: number, cell: [number, number] | null = null) =>
    this.deep.selection.chooseChannel(channel, cell);
  readonly chooseClass = (index: number | null) => this.deep.selection.chooseClass(index);
  readonly point = (point: { channel: number; cell: [number, number] } | null) => this.deep.selection.point(point);
  readonly hover = () => this.deep.selection.hover();
  readonly looked = () => this.deep.selection.looked();
  readonly channel = () => this.deep.selection.channel();
  readonly cell = () => this.deep.selection.cell();
  readonly classIndex = () => this.deep.selection.classIndex();
  readonly contrastClass = () => this.deep.selection.contrastClass();
  readonly scale = () => this.deep.selection.scale();
  readonly isEnlarged = () => this.deep.selection.isEnlarged();
  readonly enlarge = (is: boolean) => this.deep.selection.enlarge(is);

  readonly setting = () => this.deep.networks.setting();
  readonly can = (what: string) => this.deep.networks.can(what);
  readonly network = () => this.deep.networks.network();
  readonly layer = () => this.deep.networks.layer();
  readonly answering = () => this.deep.networks.answering();
  readonly label = (index: number) => this.deep.networks.label(index);
  readonly softmaxName = () => this.deep.networks.softmaxName();
  readonly cams = () => this.deep.networks.cams();

  readonly entries = () => this.deep.photos.all();
  readonly isSilent = () => this.deep.isSilent();
  readonly isWorking = () => this.deep.isWorking();
  readonly photo = () => this.deep.photos.photo();
  readonly sample = (name: string) => this.deep.photos.sample(name);

  readonly tensor = (name?: string, photo = this.photo()): Tensor | null => this.deep.tensors.of(name, photo);
  readonly shown = () => this.deep.tensors.shown();
  readonly drew = (ms: number) => this.deep.tensors.drew(ms);

  readonly opened = () => this.deep.selection.opened();
  readonly open = (step: Step, isTerm = false) => this.deep.selection.open(step, isTerm);
  readonly back = (count: number) => this.deep.selection.back(count);
  readonly weights = (layer: string) => this.deep.questions.weights(layer);

  readonly ablated = () => this.deep.selection.ablated();
  readonly isAblated = (layer: string, channel: number) => this.deep.selection.isAblated(layer, channel);
  readonly toggleAblated = (layer: string, channels: number[]) => this.deep.selection.toggleAblated(layer, channels);
  readonly whatIf = () => this.deep.whatIf;

  readonly hold = () => this.deep.hold();
  readonly letGo = () => this.deep.selection.letGo();
  readonly held = () => this.deep.selection.held();
  readonly close = () => this.deep.close();
}

export type Store = FlatStore;
