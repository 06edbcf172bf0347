/** The photos: those in the file. */
import { inputOf, seenOf } from "../engine/input.ts";
import type { Affine } from "../engine/types.ts";
import { sigmoid, softmax } from "../host/decode.ts";
import { largestAt } from "../host/largest.ts";
import { copyOf, viewOf } from "./bytes.ts";
import type { PagePhoto, Preprocessed } from "./contents.ts";
import { pngOf } from "./png.ts";
import type { Answers, Asked, State } from "./state.ts";
import { wordsOf } from "./words.ts";

export const PHOTOS: Answers = { ready, variants };

async function ready(state: State, { id }: Asked<"ready">): Promise<void> {
  const { setting, model, photos } = state.contents;
  state.tell({ ...setting, id, buffers: {} });
  state.tell({ ...model, id });
  for (const photo of photos) state.tell({ kind: "working", id: photo.id, name: photo.name });
  await tellPhotos(state);
}

/** The one that is looked at comes first; the strip keeps their order all the same. */
export async function tellPhotos(state: State): Promise<void> {
  const { photos } = state.contents;
  const { preset, photo: shown } = state.traits;
  const stage = photos.filter(({ id }) => id === shown).slice(0, 1);
  const others = photos.filter((photo) => !stage.includes(photo));
  for (const photo of [...stage, ...others]) await tellPhoto(state, photo, preset);
}

async function tellPhoto(state: State, photo: PagePhoto, preset: string): Promise<void> {
  const { contents, blocks } = state;
  try {
    const { cropped, logits, display, message } = preprocessedOf(photo, preset);
    const input = inputOf(await blocks.picture(cropped), contents.affine[preset] as Affine);
    const buffers = {
      original: viewOf(blocks.bytes(display)),
      seen: await pngOf(seenOf(input, contents.own)),
      logits: copyOf(await blocks.numbers(logits)),
    };
    state.tell({ ...message, buffers });
  } catch (problem) {
    state.tell({ kind: "failed", id: photo.id, name: photo.name, message: `${photo.name}: ${wordsOf(problem)}` });
  }
}

async function variants(state: State, { id, presets, ...asked }: Asked<"variants">): Promise<void> {
  const { setting, model } = state.contents;
  const photo = photoOf(state, asked.photo);
  const names = [...new Set([state.traits.preset, ...(presets ?? [])])].filter((name) => photo.preprocessed[name]);
  const rows = names.map(async (preset) => {
    const { logits: held, message } = preprocessedOf(photo, preset);
    const logits = await state.blocks.numbers(held);
    const best = largestAt(logits);
    const origin = setting.presets.find(({ name }) => name === preset)?.origin ?? "";
    const probability = (message.is_sigmoid ? sigmoid : softmax)(logits)[best] ?? 0;
    return { preset, origin, class_index: best, label: model.labels[best]?.label ?? "", probability };
  });
  state.tell({ kind: "variants", id, photo: photo.id, model: model.name, rows: await Promise.all(rows) });
}

export function photoOf({ contents }: State, id: string | undefined): PagePhoto {
  const found = contents.photos.find((photo) => photo.id === id);
  if (!found) throw new RangeError("this photo is not in the file");
  return found;
}

export function preprocessedOf(photo: PagePhoto, preset: string): Preprocessed {
  const found = photo.preprocessed[preset];
  if (found) return found;
  throw new RangeError(photo.problems[preset] ?? `the file does not hold this photo as '${preset}' prepares it`);
}
