/** Layers' activations, weights, and any number opened into its terms. */
import { distance as distanceOf } from "../engine/distance.ts";
import { open } from "../engine/open.ts";
import type { Values, Weights } from "../engine/types.ts";
import { copyOf, viewOf } from "./bytes.ts";
import { openClassCell } from "./class_cell.ts";
import { inUse } from "./photos.ts";
import { presetCalled } from "./presets.ts";
import { ablationOf } from "./runs.ts";
import type { Answers, Asked, State } from "./state.ts";

export const NUMBERS: Answers = { tensor, weights, class_weights: classWeights, distance, open: opened };

async function tensor(state: State, asked: Asked<"tensor">): Promise<void> {
  const { id, layer } = asked;
  const name = asked.preset ?? state.traits.preset;
  const photo = state.photos.called(asked.photo);
  const preset = presetCalled(state, name, asked.preprocessing ?? null);
  const run = await state.runs.of(photo, { preset, ablated: ablationOf(state.traits) });
  const maps = run.maps(layer);
  state.tell({
    kind: "tensor",
    id,
    photo: photo.id,
    model: state.contents.model.name,
    preset: asked.preset_key ?? name,
    layer,
    shape: maps.shape,
    encoding: "float32",
    scale: 1,
    kernel_ms: Number.POSITIVE_INFINITY, // no time is spent on a way
    buffers: { values: copyOf(maps.values), statistics: viewOf(run.kept.statistics(layer)) },
  });
}

async function weights(state: State, { id, layer }: Asked<"weights">): Promise<void> {
  const found = (await state.runs.weights()).get(layer);
  if (!found) throw new RangeError(`${layer} has no kernels: expected a convolution`);
  const { shape, kernels, bias } = found;
  const buffers = { kernels: copyOf(kernels), bias: copyOf(bias) };
  state.tell({ kind: "weights", id, model: state.contents.model.name, layer, shape, buffers });
}

async function classWeights(state: State, { id, class_index: index }: Asked<"class_weights">): Promise<void> {
  const { weights, bias } = await classWeightsOf(state, index);
  const buffers = { weights: viewOf(weights) };
  state.tell({ kind: "class_weights", id, model: state.contents.model.name, class_index: index, bias, buffers });
}

/** What a class's map weighs features with. */
export async function classWeightsOf(
  { contents, blocks }: State,
  index: number,
): Promise<{ weights: Values; bias: number }> {
  const { class_weights: held } = contents;
  if (!held) throw new RangeError("this network's maps of classes are a layer's own, or it has none");
  const [count, channels] = held.shape;
  const both = await blocks.numbers(held.block, held.halves);
  const bias = both[count * channels + index] as number;
  return { weights: both.slice(index * channels, (index + 1) * channels), bias };
}

async function distance(state: State, { id, ...asked }: Asked<"distance">): Promise<void> {
  const [photo, other] = [state.photos.called(asked.photo), state.photos.called(asked.other)];
  const [here, there] = [await inUse(state, photo), await inUse(state, other)];
  const found = distanceOf(here.sized.layers, here.maps, there.maps);
  state.tell({ kind: "distance", id, photo: photo.id, other: other.id, ...found });
}

async function opened(state: State, { id, layer, channel, cell, count, ...asked }: Asked<"open">): Promise<void> {
  const { contents, runs } = state;
  const [photo, { preset }] = [state.photos.called(asked.photo), state.traits];
  const { sized, prepared, maps } = await inUse(state, photo);
  const [found, { geometry, pixels }] = [await runs.weights(), await prepared.blended()];
  const { layers, graphSpec } = sized;
  const weights = (name: string) => found.get(name) as Weights;
  const { affine, cropped } = prepared;
  const source = { input: contents.input, layers, graphSpec, maps, weights, preset, affine, cropped, geometry, pixels };
  const cams = contents.model.class_maps;
  let calculation: ReturnType<typeof open>;
  if (cams?.is_weighted && layer === cams.name) {
    const { weights: own, bias } = await classWeightsOf(state, channel);
    const number = { name: layer, layer: cams.layer, channel, cell, count: count ?? null };
    calculation = openClassCell(maps(cams.layer), own, bias, number);
  } else calculation = open(source, layer, channel, cell, count ?? null);
  state.tell({ kind: "calculation", id, photo: photo.id, model: contents.model.name, preset, calculation });
}
