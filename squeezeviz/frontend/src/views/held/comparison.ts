/** What is held beside what is chosen now. */
import type { Selection } from "../../store/selection.ts";
import type { Store } from "../../store/store.ts";
import type { Layer, Logits, Photo } from "../../store/types.ts";
import type { Sides } from "../map_difference/map_difference.tsx";

const CLASSES = 5;

export interface Comparison {
  held: NonNullable<ReturnType<Selection["held"]>>;
  photo: Photo;
  layer: Layer;
  channel: number;
  classIndex: number;
}

/** Null while nothing is held, or nothing chosen. */
export function compared({ photos, networks, selection }: Store): Comparison | null {
  const [held, photo, layer] = [selection.held(), photos.photo(), networks.layer()];
  if (!held || !photo || !layer) return null;
  return { held, photo, layer, channel: selection.channel(), classIndex: selection.classIndex() };
}

/** Of one layer, the same channel of both photos; of two, each its own. */
export function mapSides(store: Store): Sides | null {
  const now = compared(store);
  if (!now) return null;
  const { held, photo, layer, channel } = now;
  const isSameLayer = held.layer.name === layer.name;
  const first = isSameLayer ? channel : held.channel;
  const called = (of: string, name: string, at: number) => {
    if (isSameLayer) return of;
    return photo === held.photo ? `${name} · ${at}` : `${of}, ${name} · ${at}`;
  };
  const { tensors } = store;
  return {
    title: isSameLayer ? `${layer.name}, channel ${channel}` : `${held.layer.name} and ${layer.name}`,
    first: {
      name: called(held.photo.name, held.layer.name, first),
      tensor: tensors.of(held.layer.name, held.photo),
      channel: first,
    },
    second: { name: called(photo.name, layer.name, channel), tensor: tensors.of(), channel },
    isRanked: isSameLayer,
    unlike: "the layers are of different sizes",
  };
}

/** Null for a network without class activation maps. */
export function classSides(store: Store): Sides | null {
  const now = compared(store);
  if (!now || !store.networks.cams()) return null;
  const [{ held, photo, classIndex }, { classMaps, networks }] = [now, store];
  const [first, second] = [classMaps.of(held.classIndex, held.photo), classMaps.of(classIndex)];
  const [was, is] = [networks.label(held.classIndex).label, networks.label(classIndex).label];
  return {
    title: held.classIndex === classIndex ? `Class activation map of ${is}` : "Class activation maps",
    first: {
      name: `${was} in ${held.photo.name}`,
      tensor: first?.tensor ?? null,
      channel: first?.channel ?? 0,
    },
    second: { name: `${is} in ${photo.name}`, tensor: second?.tensor ?? null, channel: second?.channel ?? 0 },
    isRanked: false,
    unlike: "the inputs are of different sizes",
  };
}

export interface Row {
  index: number;
  probabilities: [first: number, second: number];
  logits: [first: number, second: number];
  change: number;
}

/** The five most probable classes of each, and others that are watched; those first that the second finds most probable. */
export function rowsOf(first: Logits, second: Logits, watched: readonly number[]): Row[] {
  const classes = new Set([...first.ranking.slice(0, CLASSES), ...second.ranking.slice(0, CLASSES), ...watched]);
  return [...classes]
    .filter((index) => index < second.logits.length)
    .map((index) => {
      const logits: Row["logits"] = [first.logits[index] ?? 0, second.logits[index] ?? 0];
      const probabilities: Row["probabilities"] = [first.probabilities[index] ?? 0, second.probabilities[index] ?? 0];
      return { index, probabilities, logits, change: logits[1] - logits[0] };
    })
    .sort((a, b) => b.logits[1] - a.logits[1]);
}
