/** Layers' activations, weights, and any number opened into its terms. */
import { distance as distanceOf } from "../engine/distance.ts";
import { statistics } from "../engine/input.ts";
import { open, type Source } from "../engine/open.ts";
import type { Affine } from "../engine/types.ts";
import { copyOf, viewOf } from "./bytes.ts";
import type { PagePhoto } from "./contents.ts";
import { photoOf, preprocessedOf } from "./photos.ts";
import type { Run } from "./runs.ts";
import type { Answers, Asked, State } from "./state.ts";

export const NUMBERS: Answers = { tensor, weights, class_weights: classWeights, distance, open: opened };

async function tensor(state: State, asked: Asked<"tensor">): Promise<void> {
  const { id, layer } = asked;
  const preset = asked.preset ?? state.traits.preset;
  const photo = photoOf(state, asked.photo);
  preprocessedOf(photo, preset);
  const maps = (await state.runs.of(photo, preset)).maps(layer);
  state.tell({
    kind: "tensor",
    id,
    photo: photo.id,
    model: state.contents.model.name,
    preset: asked.preset_key ?? preset,
    layer,
    shape: maps.shape,
    encoding: "float32",
    scale: 1,
    kernel_ms: Number.POSITIVE_INFINITY, // no time is spent on a way
    buffers: { values: copyOf(maps.values), statistics: viewOf(statistics(maps)) },
  });
}

async function weights(state: State, { id, layer }: Asked<"weights">): Promise<void> {
  const { shape, kernels, bias } = await state.runs.weights(layer);
  const buffers = { kernels: copyOf(kernels), bias: copyOf(bias) };
  state.tell({ kind: "weights", id, model: state.contents.model.name, layer, shape, buffers });
}

async function classWeights(state: State, { id, class_index: index }: Asked<"class_weights">): Promise<void> {
  const { class_weights: held, model } = state.contents;
  if (!held) throw new RangeError("this network's maps of classes are a layer's own, or it has none");
  const [count, channels] = held.shape;
  const both = await state.blocks.numbers(held.block, held.halves);
  const bias = both[count * channels + index] as number;
  const buffers = { weights: viewOf(both.slice(index * channels, (index + 1) * channels)) };
  state.tell({ kind: "class_weights", id, model: model.name, class_index: index, bias, buffers });
}

async function distance(state: State, { id, ...asked }: Asked<"distance">): Promise<void> {
  const [photo, other] = [photoOf(state, asked.photo), photoOf(state, asked.other)];
  const [here, there] = await Promise.all([whole(state, photo), whole(state, other)]);
  const found = distanceOf(here.layers, here.maps, there.maps);
  state.tell({ kind: "distance", id, photo: photo.id, other: other.id, ...found });
}

async function opened(state: State, { id, layer, channel, cell, count, ...asked }: Asked<"open">): Promise<void> {
  const [photo, { preset }] = [photoOf(state, asked.photo), state.traits];
  const calculation = open(await source(state, photo, preset), layer, channel, cell, count ?? null);
  state.tell({ kind: "calculation", id, photo: photo.id, model: state.contents.model.name, preset, calculation });
}

/** Where a photo's numbers are. */
async function source(state: State, photo: PagePhoto, preset: string): Promise<Source> {
  const { contents, runs } = state;
  preprocessedOf(photo, preset);
  const pixels = photo.preprocessed[preset]?.pixels ?? null;
  const blended = pixels === null ? null : await runs.picture(pixels);
  const run = await whole(state, photo); // last: its maps are views
  return {
    input: contents.input,
    layers: run.layers,
    graphSpec: run.preprocessed.graph_spec ?? contents.graph_spec,
    maps: run.maps,
    weights: (name) => runs.weightsHere(name),
    preset,
    affine: contents.affine[preset] as Affine,
    cropped: run.cropped,
    geometry: run.preprocessed.geometry,
    pixels: blended,
  };
}

/** All the way, in the preprocessing in use. */
async function whole({ runs, traits }: State, photo: PagePhoto): Promise<Run> {
  preprocessedOf(photo, traits.preset);
  return runs.of(photo, traits.preset);
}
