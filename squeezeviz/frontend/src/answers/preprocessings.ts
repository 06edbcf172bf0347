/** A photo in other preprocessings than the one in use. */
import { distance } from "../engine/distance.ts";
import { folded, proved } from "../engine/folding.ts";
import { seenOf } from "../engine/input.ts";
import type { Step, Weights } from "../engine/types.ts";
import { sigmoid, softmax } from "../host/decode.ts";
import { largestAt } from "../host/largest.ts";
import { affineOf, type Described } from "../preprocessing/description.ts";
import type { Variant } from "../protocol.ts";
import { logitsOf } from "./answer.ts";
import { bmpOf } from "./bmp.ts";
import { viewOf } from "./bytes.ts";
import { inUse } from "./photos.ts";
import { presetCalled, wordsOfPreset } from "./presets.ts";
import { Superseded } from "./queue.ts";
import { ablationOf, type Run } from "./runs.ts";
import type { Shown } from "./shown.ts";
import type { Answers, Asked, State } from "./state.ts";

export const PREPROCESSINGS: Answers = { variants, variant, kernels };

type How = Pick<Asked<"variants">, "preprocessing"> & { isWanted: () => boolean };

async function variants(state: State, { id, presets, preprocessing, ...asked }: Asked<"variants">): Promise<void> {
  const photo = state.photos.called(asked.photo);
  const { preset, compared } = state.traits;
  const rows: Variant[] = [];
  const names = [...new Set([preset, ...(presets ?? compared)])];
  // A photo that is painted on goes first, at once: as it was before, nobody looks at it once it has changed.
  const isWanted = () => !(photo.isPainted && state.queue.isAwaited);
  // One at a time: a frame that comes meanwhile does not wait for them all.
  const next = async (): Promise<void> => {
    if (photo.isPainted && state.photos.find(photo.id) !== photo) return state.tell({ kind: "gone", id });
    try {
      const name = names[0] as string;
      rows.push(await best(state, photo, name, { preprocessing, isWanted }));
      names.shift();
    } catch (problem) {
      if (!(problem instanceof Superseded)) names.shift(); // too small a photo, for one
    }
    if (names.length) return state.queue.beside(next);
    state.tell({ kind: "variants", id, photo: photo.id, model: state.contents.model.name, rows });
  };
  await next();
}

async function best(state: State, photo: Shown, name: string, { preprocessing, isWanted }: How): Promise<Variant> {
  const { contents, blocks, traits } = state;
  const { model, is_sigmoid: isSigmoid } = contents;
  const how = presetCalled(state, name, preprocessing ?? null);
  // What Python has answered is in the file: nothing is computed for it.
  const pythons = ablationOf(traits) ? null : photo.pythons(how);
  const logits = pythons
    ? await blocks.numbers(pythons.logits)
    : await logitsOf(state, await under(state, photo, how, isWanted));
  const index = largestAt(logits);
  const probability = (isSigmoid ? sigmoid : softmax)(logits)[index] ?? 0;
  return { preset: name, origin: how.origin, class_index: index, label: model.labels[index]?.label ?? "", probability };
}

/** A photo in another preprocessing; what is ablated is ablated there, too. */
const under = (state: State, photo: Shown, preset: Described, isWanted = () => true): Promise<Run> =>
  state.runs.of(photo, { preset, ablated: ablationOf(state.traits), isPassing: true, isWanted });

/** Compared with the one in use. */
async function variant(state: State, { id, preset, preset_key, preprocessing, ...asked }: Asked<"variant">) {
  const { contents, traits } = state;
  const photo = state.photos.called(asked.photo);
  const here = await inUse(state, photo);
  const there = await under(state, photo, presetCalled(state, preset, preprocessing ?? null));
  const { how } = there.prepared;
  const drifted = distance(contents.model.layers, there.maps, here.maps);
  const seen = bmpOf(seenOf(there.maps(contents.input), affineOf(contents.own)));
  state.tell({
    kind: "variant",
    id,
    photo: photo.id,
    model: contents.model.name,
    reference: traits.preset,
    preset_key,
    preset: how.name,
    words: wordsOfPreset(state, how),
    origin: how.origin,
    ...drifted,
    is_sigmoid: contents.is_sigmoid,
    buffers: { seen, logits: viewOf(await logitsOf(state, there)) },
  });
}

/** A preprocessing as kernels of the first layer, and the proof. */
async function kernels(state: State, { id, preset, preset_key, preprocessing, ...asked }: Asked<"kernels">) {
  const photo = state.photos.called(asked.photo);
  const how = presetCalled(state, preset, preprocessing ?? null);
  const { sized, prepared, maps } = await state.runs.of(photo, { preset: how, isPassing: true });
  const [layer] = sized.layers as [Run["sized"]["layers"][number]];
  const step = sized.graphSpec[layer.name] as Step;
  if (step.op !== "Conv" || step.pads.some(Boolean)) {
    throw new RangeError(
      `${layer.name}: expected a convolution without padding as the first layer, found ${layer.kind}`,
    );
  }
  const made = folded((await state.runs.weights()).get(layer.name) as Weights, prepared.affine);
  state.tell({
    kind: "kernels",
    id,
    photo: photo.id,
    model: state.contents.model.name,
    preset_key,
    layer: layer.name,
    shape: made.shape,
    ...proved(made, step, prepared.cropped, maps(layer.name)),
    buffers: { values: viewOf(made.kernels) },
  });
}
